import type { TaskMeta } from "vitest";
import { createToken, logIn } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { signUpVictim, uuidOf, type Victim } from "./pair.ts";

declare module "vitest" {
  export interface TaskMeta {
    /** What the report says of the case: see prove.ts. */
    proof?: Proof;
  }
}

/** What was tried on which server, how many answers were compared or looked through, and in how many was a leak. */
export type Proof = { what: string; answers: number; leaks: number; postgres: string };

/** Notes on a running test what it has tried, for the report. */
export async function note(meta: TaskMeta, server: TestServer, proof: Omit<Proof, "postgres">) {
  const { rows } = await server.admin.query("SHOW server_version");
  meta.proof = { ...proof, postgres: rows[0].server_version };
}

/** Everybody that the matrix knows, on one server. */
export type World = {
  server: TestServer;
  victim: Victim;
  attacker: Person;
  /** Of the attacker's, with all that one can have. */
  attackersToken: string;
  /** A task of the attacker's own. */
  ownTask: string;
  /** Somebody with a token that was good, whose account is gone. */
  gone: Person;
  /** Somebody with a token that was good, whose session has been ended. */
  ended: Person;
};

export async function createWorld(server: TestServer): Promise<World> {
  const victim = await signUpVictim(server, "canary-of-the-victim");
  // Two of each, so that there is one on some side of the other.
  await logIn(server, victim.person);
  await createToken(victim.person, ["TASKS_READ"], undefined, "canary-of-the-victim");
  const attacker = await signUp(server, "attacker");
  const all = ["TASKS_READ", "TASKS_ADD", "TASKS_WRITE", "ACCOUNT_READ"];
  const { secret: attackersToken } = await createToken(attacker, all);
  const ownTask = await attacker.addTask({ title: "the attacker's own", priority: "LOW" });
  for (const due of [null, { date: "2026-11-15" }, { date: "2026-12-01" }])
    await attacker.addTask({ title: "canary", due });
  const [gone, ended] = [await signUp(server, "gone"), await signUp(server, "ended")];
  await server.admin.query("DELETE FROM users WHERE id = $1", [uuidOf(gone.id)]);
  await server.admin.query("DELETE FROM sessions WHERE user_id = $1", [uuidOf(ended.id)]);
  return { server, victim, attacker, attackersToken, ownTask, gone, ended };
}
