import { setTimeout as wait } from "node:timers/promises";
import { logIn } from "../auth/tokens-api.ts";
import { password } from "../helpers/people.ts";
import { findInLog } from "../helpers/scanner.ts";
import { jwtSecret } from "../helpers/server.ts";
import { digestOf } from "../isolation/pair.ts";
import { newPassword } from "./accounts.ts";
import type { Cast } from "./cast.ts";
import { findFaults, type Known, noteSaid } from "./checks.ts";
import { describeInput, type Input, type Kind, type Reply } from "./input.ts";
import { makeInput } from "./inputs.ts";
import { createWire, type Wire } from "./wire.ts";

export type Plan = {
  seed: number;
  /** How many inputs, from index 0 on. */
  runs: number;
  /** The index of the one input to send, of all those of the seed; null for all. */
  only: number | null;
};

/** What became of a run. */
export type Outcome = {
  /** What is wrong, each with all that it takes to see it again. */
  faults: string[];
  answers: number;
  /** How many answers had which status; "closed" where a connection was just closed. */
  statuses: Record<string, number>;
  kinds: Record<string, number>;
  seconds: number;
  /** Milliseconds of the answer that took longest. */
  slowest: number;
};

/** Inputs in flight at once: fewer than the server has connections to its database. */
const atOnce = 6;

/** Failures after which it is no use to go on. */
const enough = 10;

/** Sends inputs and looks at each answer, and at the server in the end. */
export async function fuzz(cast: Cast, plan: Plan): Promise<Outcome> {
  const wire = createWire(cast.server.url);
  const known = knownOf(cast);
  const before = await digestOf(cast.server, cast.victim.person);
  const outcome: Outcome = { faults: [], answers: 0, statuses: {}, kinds: {}, seconds: 0, slowest: 0 };
  const start = performance.now();
  let next = plan.only ?? 0;
  const last = plan.only ?? plan.runs - 1;
  const work = async () => {
    while (next <= last && outcome.faults.length < enough) {
      const index = next++;
      const input = await makeInput(cast, plan.seed, index);
      noteSaid(input, known);
      const faults = await sendAndCheck(wire, cast, input, known, outcome);
      if (faults.length > 0) outcome.faults.push(describe(plan, index, input, faults));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  outcome.seconds = (performance.now() - start) / 1000;
  wire.close();
  outcome.faults.push(...(await findAftermath(cast, before)));
  return outcome;
}

function knownOf({ victim, victimsIds, person }: Cast): Known {
  const canaries = [victim.canary, victim.person.email];
  return { canaries, foreignIds: victimsIds, ownCanary: person.email, said: new Set() };
}

async function sendAndCheck(
  wire: Wire,
  cast: Cast,
  input: Input,
  known: Known,
  outcome: Outcome,
): Promise<string[]> {
  const faults: string[] = [];
  for (let time = 0; time < input.times; time++) {
    const start = performance.now();
    try {
      const { request } = input;
      const replies = Buffer.isBuffer(request) ? await wire.pour(request) : [await wire.ask(request)];
      for (const reply of replies) {
        collectSecrets(cast, reply);
        faults.push(...findFaults(input, reply, known).map((fault) => `${fault}\n${excerpt(reply)}`));
      }
      await renew(cast, input, replies);
      count(outcome, input.kind, replies);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
    outcome.slowest = Math.max(outcome.slowest, performance.now() - start);
  }
  return faults;
}

function count(outcome: Outcome, kind: Kind, replies: Reply[]): void {
  const up = (counts: Record<string, number>, key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  if (replies.length === 0) up(outcome.statuses, "closed");
  for (const { status } of replies) up(outcome.statuses, String(status));
  up(outcome.kinds, kind);
  outcome.answers += replies.length;
}

/** Remembers the tokens that an answer gives away: none of them may be logged. */
function collectSecrets({ secrets }: Cast, { body }: Reply): void {
  if (!body.includes('oken":"') && !body.includes('"secret":"')) return;
  const text = body.toString("utf8");
  for (const [, secret = ""] of text.matchAll(/"(?:accessToken|refreshToken|secret)":"([^"]{16,})"/g))
    secrets.add(secret);
}

/** Logs in again when an input has ended the session that the others need. */
async function renew(cast: Cast, { credential, request }: Input, replies: Reply[]): Promise<void> {
  if (credential !== "good" || Buffer.isBuffer(request) || replies[0]?.status !== 401) return;
  const sent = request.headers.find(([name]) => name === "Authorization")?.[1] ?? "";
  if (!cast.sessions.includes(sent)) return;
  const { accessToken } = await logIn(cast.server, cast.person);
  cast.secrets.add(accessToken);
  cast.sessions = [`Bearer ${accessToken}`];
}

const excerpt = ({ status, headers, body }: Reply) =>
  `${status} ${JSON.stringify(Object.fromEntries(headers))}\n${body.toString("utf8").slice(0, 1_500)}`;

function describe({ seed }: Plan, index: number, input: Input, faults: string[]): string {
  return `--- ${input.kind}, npm run fuzz -- --seed ${seed} --only ${index}
${faults.join("\n")}
--- the answer to, by ${input.credential}:
${describeInput(input)}`;
}

/** What is wrong with the server, now that all is answered. */
async function findAftermath({ server, victim, person, secrets }: Cast, before: string): Promise<string[]> {
  const faults: string[] = [];
  const start = performance.now();
  const { status } = await server.graphql.send("{ tasks { totalCount } }", {}, victim.person.token);
  if (status !== 200 || performance.now() - start > 1_000)
    faults.push("a plain request is not answered at once");
  const { pool } = server;
  for (let tries = 0; pool.totalCount !== pool.idleCount && tries < 40; tries++) await wait(50);
  if (pool.totalCount !== pool.idleCount)
    faults.push(`${pool.totalCount - pool.idleCount} connections to the database are not given back`);
  if ((await digestOf(server, victim.person)) !== before) faults.push("another user's rows have changed");
  const hidden = [jwtSecret, victim.canary, person.email, password, newPassword, ...secrets];
  return [...faults, ...findInLog(server.url, server.logged(), hidden).slice(0, enough)];
}
