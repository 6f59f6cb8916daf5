import { resolve } from "node:path";
import { expect, it } from "vitest";
import { nodeFlags } from "../../src/process/node-flags.ts";
import { ownPaths } from "../../src/server/routes.ts";
import { ask, createTask, signUp, titlesOf, viewerOf } from "./api.ts";
import { type OwnlistProcess, startOwnlist, until } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";
import { workersOf } from "./workers.ts";

const root = resolve(import.meta.dirname, "../..");

/** Runs in a server, and in those that serve for it: has each try, on a signal, to make code from text, and say how that went. */
const probe = `
  const attempts = { eval: () => (0, eval)("1"), Function: () => new Function("return 1")() };
  process.on("SIGUSR2", () => {
    for (const [name, attempt] of Object.entries(attempts)) {
      let outcome;
      try { outcome = attempt(); } catch (error) { outcome = error.name; }
      process.stdout.write("probe " + process.pid + " " + name + " " + outcome + "\\n");
    }
  });`;

const withProbe = (flags: readonly string[]) => [
  ...flags,
  `--import=data:text/javascript,${encodeURIComponent(probe)}`,
];

async function attemptsOf({ stdout }: OwnlistProcess, pid: number): Promise<string[]> {
  process.kill(pid, "SIGUSR2");
  const attempts = () =>
    [...stdout().matchAll(new RegExp(`^probe ${pid} (.+)$`, "gm"))].map(([, what]) => what ?? "");
  await until(() => attempts().length === 2);
  return attempts();
}

/** @returns the status of a request, by its path */
async function statusOf(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<[string, number]> {
  const { status } = await fetch(url + path, { headers });
  return [path, status];
}

it("no text becomes code in any process that serves, and nothing that the server does needs it", async () => {
  const settings = { OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "2" };
  const ownlist = startOwnlist(settings, root, { flags: withProbe(nodeFlags) });
  const url = await ownlist.ready;
  const token = await signUp(url, "ada");
  await ask(url, createTask("one"), token);
  expect(await titlesOf(url, token)).toEqual(["one"]);
  expect(await viewerOf(url, token)).toBe("ada@example.org");
  await ask(url, "{ __schema { types { name fields { name } } } }");
  const headers = { accept: "text/html", authorization: `Bearer ${token}` };
  const paths = ["/", ...ownPaths, "/graphiql/none.js"];
  const statuses = Object.fromEntries(await Promise.all(paths.map((path) => statusOf(url, path, headers))));
  expect(statuses).toEqual({
    "/": 200,
    "/graphql": 200,
    "/export": 200,
    "/graphiql/": 404,
    "/graphiql/none.js": 404,
    "/live": 200,
    "/ready": 200,
  });
  const processes = [Number(ownlist.child.pid), ...workersOf(ownlist)];
  expect(processes).toHaveLength(3);
  for (const pid of processes)
    expect(await attemptsOf(ownlist, pid)).toEqual(["eval EvalError", "Function EvalError"]);
});

it("it is the flags that see to it", async () => {
  const settings = { OWNLIST_DATA: await usedFolder(), WEB_CONCURRENCY: "1" };
  const ownlist = startOwnlist(settings, root, { flags: withProbe([]) });
  await ownlist.ready;
  expect(await attemptsOf(ownlist, Number(ownlist.child.pid))).toEqual(["eval 1", "Function 1"]);
});
