import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { outcomeOf, runAdmin, startAdmin } from "../admin/admin-command.ts";
import { createDatabase } from "../helpers/database.ts";
import { postmasterOf, startOwnlist, temporaryFolder, until } from "./ownlist-process.ts";

const root = resolve(import.meta.dirname, "../..");
const docs = readFileSync(join(root, "docs/self-hosting.md"), "utf8");

/** The commands of a chapter of the documentation, block by block. */
function blocksOf(title: string): string[] {
  const [, chapter = ""] = docs.split(`\n## ${title}\n`);
  const [own = ""] = chapter.split("\n## ");
  return [...own.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ""));
}

type Settings = Record<string, string>;

/**
 * Runs commands as they stand in the documentation, but for where things are.
 * @returns the environment that they leave to what comes after
 */
function shell(block: string, settings: Settings, places: Settings): Settings {
  const script = Object.entries(places).reduce(
    (text, [documented, actual]) => text.replaceAll(documented, actual),
    block.replace(/^npm start$/m, ""),
  );
  const names = ["OWNLIST_DATA", "DATABASE_URL", "JWT_SECRET"];
  const print = names.map((name) => `printf '%s\\0' "\${${name}-}"`).join("; ");
  const { PATH = "", HOME = "" } = process.env;
  const output = execFileSync("bash", ["--norc", "-ec", `${script}\nprintf '\\0\\0'; ${print}`], {
    cwd: root,
    env: { PATH, HOME, BCRYPT_COST: "4", ...settings },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const after = output.slice(output.indexOf("\0\0") + 2).split("\0");
  return Object.fromEntries(names.flatMap((name, n) => (after[n] ? [[name, after[n]]] : [])));
}

const credentials = 'email: "ann@example.org", password: "correct horse ann"';

async function send(url: string, query: string, token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify({ query }),
  });
  return (await response.json()).data;
}

/** Starts a server, looks whether Ann's things are there, and stops it. */
async function serves(settings: Settings, token: string): Promise<void> {
  const server = startOwnlist({ BCRYPT_COST: "4", ...settings });
  const url = await server.ready;
  const query = "{ tasks(first: 10) { edges { node { title } } } }";
  const login = await send(
    url,
    `mutation { login(input: { ${credentials} }) { ... on AuthPayload { accessToken } } }`,
  );
  for (const each of [token, login.login.accessToken]) {
    const { tasks } = await send(url, query, each);
    expect(tasks.edges).toEqual([{ node: { title: "plums" } }]);
  }
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
}

it("the documented commands back up, check, restore, and move between databases, and people stay signed in", async () => {
  const home = temporaryFolder();
  const backups = join(home, "backups");
  mkdirSync(backups);
  const target = await createDatabase("template0");
  const { user, host = "", port, database } = target.connection;
  const databaseUrl = `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const places = {
    // Any day but today, which the line for cron writes.
    "2026-11-27": "2026-01-01",
    "/var/backups/ownlist": backups,
    "/opt/ownlist": root,
    "/srv/ownlist": join(home, "restored"),
    "postgresql://ownlist:password@db.example.com:5432/ownlist": databaseUrl,
  };
  const first: Settings = { OWNLIST_DATA: join(home, "data") };
  const server = startOwnlist({ BCRYPT_COST: "4", ...first });
  const url = await server.ready;
  const { signup } = await send(
    url,
    `mutation { signup(input: { ${credentials} }) { ... on AuthPayload { accessToken } } }`,
  );
  const token: string = signup.accessToken;
  await send(url, 'mutation { createTask(input: { title: "plums" }) { __typename } }', token);

  const [take = "", cron = "", secret = "", encrypt = "", decrypt = ""] = blocksOf("Backup");
  shell(take, first, places);
  shell(secret, first, places);
  expect(cron).toMatch(/^30 3 \* \* \* cd /);
  shell(cron.replace(/^(\S+ ){5}/, "").replaceAll("\\%", "%"), first, places);
  expect(existsSync(join(backups, `${new Date().toISOString().slice(0, 10)}.backup`))).toBe(true);
  if (existsSync("/usr/bin/gpg")) {
    const keys = join(home, "keys");
    mkdirSync(keys, { mode: 0o700 });
    const withKeys = { ...first, GNUPGHOME: keys };
    shell("gpg --batch --quiet --passphrase '' --quick-gen-key backup@example.com", withKeys, {});
    shell(encrypt, withKeys, places);
    shell(decrypt, withKeys, places);
    shell("gpgconf --kill gpg-agent", withKeys, {});
    expect(readFileSync(join(backups, "2026-01-01.backup.gpg")).subarray(0, 2)).not.toEqual(
      Buffer.from([31, 139]),
    );
  }
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);

  const [restore = ""] = blocksOf("Restore");
  await serves(shell(restore, {}, places), token);
  const [move = "", back = ""] = blocksOf("From the embedded database to your own PostgreSQL");
  const moved = shell(move, first, places);
  expect(moved.DATABASE_URL).toBe(databaseUrl);
  await serves(moved, token);
  const again = shell(back, moved, places);
  expect([again.DATABASE_URL, again.OWNLIST_DATA]).toEqual([undefined, join(home, "restored-again")]);
  await serves(again, token);
  await target.drop();
}, 180_000);

it("a restore into an embedded database that a server uses is refused, and one that was killed is made good by the next", async () => {
  const home = temporaryFolder();
  const [source, killed] = [{ OWNLIST_DATA: join(home, "source") }, { OWNLIST_DATA: join(home, "killed") }];
  const server = startOwnlist({ BCRYPT_COST: "4", ...source });
  const url = await server.ready;
  await send(url, `mutation { signup(input: { ${credentials} }) { __typename } }`);
  const file = join(home, "file");
  expect((await runAdmin(["backup", file], source)).status).toBe(0);
  expect(await runAdmin(["restore", file], source)).toEqual({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Another Ownlist \(process \d+\) is using the data in .*\n$/),
  });
  server.child.kill("SIGTERM");
  await server.exited;

  const half = startAdmin(["restore", "-"], killed);
  half.stdin.write(readFileSync(file).subarray(0, -200));
  await until(() => postmasterOf(killed.OWNLIST_DATA) !== null);
  half.kill("SIGKILL");
  await once(half, "exit");
  const next = startAdmin(["restore", "-"], killed);
  next.stdin.end(readFileSync(file));
  expect(await outcomeOf(next)).toMatchObject({ status: 0, stdout: expect.stringMatching(/: 1 account, /) });
  expect((await runAdmin(["stats", "--json"], killed)).stdout).toContain('"users": 1');
}, 120_000);
