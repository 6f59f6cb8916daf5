import { join } from "node:path";
import { expect, it } from "vitest";
import { runAdmin } from "../admin/admin-command.ts";
import { isRunning, postmasterOf, startOwnlist, temporaryFolder, until } from "./ownlist-process.ts";

/** @returns the status and the data of the answer to one operation */
async function send(url: string, query: string, token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data?: { signup: { accessToken: string } } };
  return { status: response.status, data };
}

const signupWith = (code: string) =>
  `mutation { signup(input: { email: "ann@example.org", password: "correct horse ann", inviteCode: "${code}" }) { ... on AuthPayload { accessToken } } }`;

it("the admin command works beside a server with an embedded database, and starts the database where no server runs", async () => {
  const dataDir = join(temporaryFolder(), "data");
  const env = { OWNLIST_DATA: dataDir, BCRYPT_COST: "4", SIGNUP: "invite" };
  const run = (...args: string[]) => runAdmin(args, env);
  expect(await run("users")).toEqual({
    status: 1,
    stdout: "",
    stderr: `There is no database in ${dataDir} yet: start Ownlist first, or name its folder in OWNLIST_DATA.\n`,
  });

  const server = startOwnlist(env);
  const url = await server.ready;
  const { code } = JSON.parse((await run("invite", "--json")).stdout);
  const token = (await send(url, signupWith(code))).data?.signup.accessToken ?? "";
  expect((await send(url, "{ viewer { id } }", token)).status).toBe(200);
  const postmaster = postmasterOf(dataDir);
  expect(await run("disable", "ann@example.org")).toEqual({
    status: 0,
    stdout: "The account of ann@example.org is disabled.\n",
    stderr: "",
  });
  expect((await send(url, "{ viewer { id } }", token)).status).toBe(401);
  expect(postmasterOf(dataDir)).toBe(postmaster);
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);

  expect(await run("stats")).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^1 account, 0 verified, 1 disabled\n1 session\n/),
    stderr: "Starting PostgreSQL …\n",
  });
  // What it starts it ends as well.
  const left = postmasterOf(dataDir);
  await until(() => left === null || !isRunning(left));
}, 60_000);
