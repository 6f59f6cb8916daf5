import assert from "node:assert/strict";
import jwt from "jsonwebtoken";
import { ask, send, type Target } from "./ask.ts";
import { middlePage } from "./middle.ts";
import type { Answer, Operation, Task } from "./operation.ts";
import type { People, Person } from "./people.ts";
import { password, searchedWord } from "./seed.ts";
import { jwtSecret } from "./server-process.ts";

/** A server's answers, by what they are to, without what may differ: ids and times of what it just made. */
export type Answers = Record<string, unknown>;

/**
 * Asks a server one of everything that is measured.
 * @returns what has to be the same for all servers
 * @throws AssertionError when it serves what it must not, or does not keep what it acknowledged
 */
export async function checkServer(target: Target, { many, hoarder }: People): Promise<Answers> {
  const [person, other] = many as [Person, Person];
  const answers = {
    ...(await readLists(target, person, hoarder)),
    login: await logIn(target, person),
    ...(await changeTasks(target, person)),
  };
  await checkStrangers(target, person, other);
  await checkTokens(target, person);
  return answers;
}

/** @throws Error that says which answer differs, and in what */
export function compareAnswers(server: string, answers: Answers, reference: Answers): void {
  for (const [name, answer] of Object.entries(reference)) {
    try {
      assert.deepEqual(answers[name], answer);
    } catch (error) {
      throw new Error(`${server} answers "${name}" differently: ${(error as Error).message}`);
    }
  }
}

/** Cursors are each server's own; where they lead is not. */
const entries = ({ tasks, hasNextPage }: Answer) => ({ tasks, hasNextPage });

async function readLists(
  target: Target,
  { token, taskIds: [id = ""] }: Person,
  hoarder: Person,
): Promise<Answers> {
  const list = { kind: "list", token, completed: false } as const;
  const first = await ask(target, list);
  assert.equal(first.tasks?.length, 20);
  const second = await ask(target, { ...list, after: first.endCursor ?? null });
  const hoarded = { ...list, token: hoarder.token };
  const { tasks: found } = await ask(target, { kind: "list", token, search: searchedWord });
  assert.ok(found && found.length > 0);
  const { task } = await ask(target, { kind: "task", token, id });
  assert.ok(task);
  return {
    first: entries(first),
    second: entries(second),
    million: entries(await ask(target, hoarded)),
    middle: entries(await ask(target, await middlePage(target, hoarder))),
    found,
    task,
  };
}

const now = "just now";

/** @throws AssertionError when a task's times are not those of a task made or changed this minute */
function withoutNews(task: Task | null | undefined, news: (keyof Task)[]): Partial<Task> {
  assert.ok(task);
  const late = Date.now() - 60_000;
  for (const field of news) if (field !== "id") assert.ok(Date.parse(task[field] as string) > late, field);
  return { ...task, ...Object.fromEntries(news.map((field) => [field, now])) };
}

async function changeTasks(target: Target, { token, taskIds: [, changed = ""] }: Person): Promise<Answers> {
  const read = async (id: string) => (await ask(target, { kind: "task", token, id })).task;
  const { task: created } = await ask(target, { kind: "create", token, title: " A new task " });
  assert.deepEqual(await read(created?.id ?? ""), created);
  const { task: updated } = await ask(target, { kind: "update", token, id: changed, title: "Another title" });
  assert.deepEqual(await read(changed), updated);
  return {
    created: withoutNews(created, ["id", "createdAt", "updatedAt"]),
    updated: withoutNews(updated, ["updatedAt"]),
  };
}

async function logIn(target: Target, { email }: Person): Promise<unknown> {
  const { accessToken } = await ask(target, { kind: "login", token: null, email, password });
  assert.ok(accessToken);
  return entries(await ask(target, { kind: "list", token: accessToken }));
}

/** Nobody reads or changes another's task, who themselves find it as it was. */
async function checkStrangers(target: Target, victim: Person, stranger: Person): Promise<void> {
  const id = victim.taskIds[2] ?? "";
  const read = async ({ token }: Person) => (await ask(target, { kind: "task", token, id })).task;
  const before = await read(victim);
  assert.equal(await read(stranger), null);
  const change = { kind: "update", token: stranger.token, id, title: "Stolen" } as const;
  assert.equal((await ask(target, change)).task, null);
  assert.deepEqual(await read(victim), before);
}

/** A token that is forged, has expired, or whose session has ended is refused as HTTP has it (RFC 6750 §3.1). */
async function checkTokens(target: Target, { token }: Person): Promise<void> {
  const claims = jwt.decode(token) as jwt.JwtPayload;
  const sign = (changes: object, secret = jwtSecret) =>
    jwt.sign({ ...claims, ...changes }, secret, { header: { alg: "HS256", typ: "at+jwt" } });
  const seconds = Math.floor(Date.now() / 1000);
  const bad = {
    forged: sign({}, "another secret, as long as the one that is used here"),
    expired: sign({ iat: seconds - 3600, exp: seconds - 60 }),
    ended: sign({ sid: claims.sub }),
    foreign: sign({ aud: "somebody else" }),
  };
  for (const [name, badToken] of Object.entries(bad)) {
    const operation: Operation = { kind: "list", token: badToken };
    assert.equal((await send(target, operation)).status, 401, `a token that is ${name}`);
  }
}
