import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { settings } from "../../src/config/settings.ts";
import { startOwnlist } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "docs/self-hosting.md"), "utf8");
const dockerfile = /```dockerfile\n(.+?)```/s.exec(text)?.[1] ?? "";

/** The words of an instruction that is written as a list of them. */
function wordsOf(instruction: string): string[] {
  const list = new RegExp(`^${instruction} .*?(\\[.+\\])$`, "m").exec(dockerfile)?.[1];
  return JSON.parse(list ?? "[]");
}

describe("the image that docs/self-hosting.md describes", () => {
  it("is made with scripts that there are, on the Node.js that is needed", () => {
    const { scripts, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const named = [...dockerfile.matchAll(/npm run ([\w:]+)/g)].map(([, script = ""]) => script);
    expect(named).not.toEqual([]);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const images = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, version]) => `>=${version}`);
    expect(images).toEqual([engines.node, engines.node]);
  });

  it("sets variables that are read, and starts as npm does", () => {
    const variables = [...(/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? "").matchAll(/(\w+)=/g)].map(
      ([, name]) => name,
    );
    const known = ["NODE_ENV", ...settings.map(({ name }) => name)];
    expect(variables.filter((name = "") => !known.includes(name))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(wordsOf("CMD").join(" ")).toBe(scripts.start);
  });

  it("has a health check that tells a server that is ready from none", async () => {
    const [program, option = "", script = ""] = wordsOf("HEALTHCHECK");
    expect(program).toBe("node");
    async function check(port: string): Promise<number> {
      const child = spawn(process.execPath, [option, script.replace(":4000/", `:${port}/`)]);
      const [status] = await once(child, "exit");
      return status;
    }
    const ownlist = startOwnlist({ OWNLIST_DATA: await usedFolder() });
    const { port } = new URL(await ownlist.ready);
    expect(await check(port)).toBe(0);
    ownlist.child.kill("SIGTERM");
    await ownlist.exited;
    expect(await check(port)).toBe(1);
  });
});
