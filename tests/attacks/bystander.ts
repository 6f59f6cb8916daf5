import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, exchange, type Sent } from "./exchange.ts";
import type { Sample } from "./figures.ts";
import { password, signUp, signup } from "./target.ts";

// A process with a few other people, each at an address of their own, who use the server all the time. Whatever it is
// told, it sends what they have met since it was told the last time.

const [url] = process.argv.slice(2) as [string];

/** So many that each needs half of their own limits at most, however quick the server is. */
const people = 8;

/** Milliseconds from one request of a person to the next, on one connection: 200 a second in all. */
const pace = 40;

/** Milliseconds from one login of a person to the next: one a second in all. */
const loginPace = 8000;

/** Milliseconds from one person who signs up and saves all that they have to the next. */
const newcomerPace = 1500;

/** Milliseconds after which a client gives up. */
const patience = 20_000;

const list = `query ($first: Int!) {
  tasks(first: $first) { totalCount edges { node { id title description due { date } completedAt } } }
}`;
const create = `mutation { createTask(input: { title: "Water the plants" }) { ... on CreateTaskPayload { task { id } } } }`;
const update = `mutation ($id: ID!, $title: String!) {
  updateTask(input: { id: $id, title: $title }) { ... on UpdateTaskPayload { task { id } } }
}`;
const login = `mutation ($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) { ... on AuthPayload { accessToken } }
}`;

let samples: Sample[] = [];
let since = performance.now();
const waiting = new Map<symbol, Sample & { start: number }>();

/** @returns why an answer is none that was asked for; null when it is */
function refusalOf({ status, text }: Answer, expected: string): string | null {
  if (status === 200 && text.includes(expected) && !text.includes('"errors"')) return null;
  return `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 80)}`;
}

/** Sends a request, and notes how it went. @returns the text of the answer */
async function time(kind: Sample["kind"], path: string, sent: Sent, expected: string): Promise<string> {
  const id = Symbol(kind);
  const start = performance.now();
  waiting.set(id, { kind, start, ms: 0, refusal: null });
  const signal = AbortSignal.timeout(patience);
  const answer = await exchange(url + path, { ...sent, signal }).catch((error: Error) => {
    return { status: 0, text: `${(error as NodeJS.ErrnoException).code ?? error.name}` };
  });
  waiting.delete(id);
  const refusal = refusalOf(answer, expected);
  if (start >= since) samples.push({ kind, ms: performance.now() - start, refusal });
  return answer.text;
}

/**
 * Does something again and again, so many milliseconds apart, or as soon as it is done.
 * @param phase from 0 to 1: in which part of that time it begins, so that not all do it at once
 */
async function every(pace: number, phase: number, act: () => Promise<unknown>): Promise<void> {
  for (let due = performance.now() + phase * pace; ; due = Math.max(due + pace, performance.now())) {
    await sleep(Math.max(0, due - performance.now()));
    await act();
  }
}

/** Somebody comes who was not there before. */
async function welcome(): Promise<void> {
  const localAddress = `127.0.0.${people + 2}`;
  const variables = { email: `newcomer-${randomBytes(8).toString("hex")}@example.com`, password };
  const body = { query: signup, variables };
  const text = await time("login", "/graphql", { localAddress, body }, "accessToken");
  const token = /"accessToken":"([^"]+)"/.exec(text)?.[1];
  if (token) await time("export", "/export", { localAddress, token }, variables.email);
}

async function live(number: number): Promise<void> {
  const localAddress = `127.0.0.${number + 2}`;
  const { token, email } = await signUp(url, localAddress);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const own = { token, localAddress, agent };
  const ask = (kind: Sample["kind"], body: object, expected: string) =>
    time(kind, "/graphql", { ...own, body }, expected);
  const id = /"id":"([^"]+)"/.exec(await ask("write", { query: create }, '"task"'))?.[1];
  for (let tasks = 1; tasks < 30; tasks++) await ask("write", { query: create }, '"task"');

  let turn = 0;
  /** What somebody does, one after the other; each list is another, or has changed since. */
  const round = [
    () => ask("list", { query: list, variables: { first: 20 + (turn % 10) } }, '"edges"'),
    () => ask("viewer", { query: "{ viewer { id email } }" }, email),
    () => ask("write", { query: update, variables: { id, title: `Water the plants, ${turn}` } }, '"task"'),
    () => ask("list", { query: list, variables: { first: 20 + (turn % 10) } }, '"edges"'),
    () => time("ready", "/ready", { localAddress }, ""),
  ];
  const phase = number / people;
  void every(pace, phase, async () => round[turn++ % round.length]?.());
  const body = { query: login, variables: { email, password } };
  void every(loginPace, phase, () => time("login", "/graphql", { localAddress, body }, "accessToken"));
}

process.once("disconnect", () => process.exit());
await Promise.all(Array.from({ length: people }, (_, number) => live(number)));
void every(newcomerPace, 0, welcome);
process.on("message", () => {
  const now = performance.now();
  // Who still waits has waited that long at least.
  const unanswered = [...waiting.values()].filter(({ start }) => start >= since);
  samples.push(...unanswered.map(({ kind, start, refusal }) => ({ kind, ms: now - start, refusal })));
  process.send?.(samples);
  samples = [];
  since = now;
});
process.send?.("ready");
