import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { nodeFlags } from "../../src/process/node-flags.ts";
import { startOwnlist } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";
import { workersOf } from "./workers.ts";

const root = resolve(import.meta.dirname, "../..");

it("npm starts the server with the flags that are written down for it", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  // Whose working directory is the root.
  const flags = nodeFlags.map((flag) => flag.replace(`=${root}/`, "=./"));
  expect(scripts.start).toBe(["node", ...flags, "src/main.ts"].join(" "));
});

it("processes that serve for another get them however that was started, and keep what it was given", async () => {
  const own = "--max-old-space-size=1000";
  const settings = { OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "2" };
  const ownlist = startOwnlist(settings, root, { flags: [own] });
  await ownlist.ready;
  const commands = workersOf(ownlist).map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0"));
  expect(commands).toHaveLength(2);
  for (const [, ...args] of commands) expect(args.slice(0, -2)).toEqual([...nodeFlags, own]);
  ownlist.child.kill("SIGTERM");
  expect(await ownlist.exited).toBe(0);
});
