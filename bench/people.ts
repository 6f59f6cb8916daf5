import { template } from "./database.ts";
import type { Postgres } from "./postgres.ts";
import { hoarder } from "./seed.ts";
import { jwtSecret } from "./server-process.ts";
import { createTokens } from "./servers/viewer.ts";

/** A seeded user, logged in. */
export type Person = {
  email: string;
  token: string;
  /** Some of their open tasks, the newest first. */
  taskIds: string[];
};

export type People = {
  /** Those with a hundred tasks. */
  many: Person[];
  /** The one with a million. */
  hoarder: Person;
};

const select = `
  SELECT users.id, users.email, users.name, sessions.id AS "sessionId",
         ARRAY(SELECT id::text FROM tasks
               WHERE user_id = users.id AND deleted_at IS NULL AND completed_at IS NULL
               ORDER BY id DESC LIMIT 10) AS "taskIds"
  FROM users JOIN sessions ON sessions.user_id = users.id
  ORDER BY users.id`;

type Row = { id: string; email: string; name: string; sessionId: string; taskIds: string[] };

/** Reads who was seeded, and signs their tokens as the servers do. */
export async function findPeople(postgres: Postgres): Promise<People> {
  const tokens = createTokens(jwtSecret);
  const rows = await postgres.query<Row>(template, select);
  const people = rows.map(({ sessionId, taskIds, ...user }) => ({
    email: user.email,
    token: tokens.issue(user, sessionId),
    taskIds,
  }));
  const many = people.filter(({ email }) => email !== hoarder);
  const [first] = people.filter(({ email }) => email === hoarder);
  if (first === undefined) throw new Error(`${hoarder} is not there`);
  return { many, hoarder: first };
}
