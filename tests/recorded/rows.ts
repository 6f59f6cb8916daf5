import type { TestServer } from "../helpers/server.ts";
import { naughtyStrings } from "../tasks/naughty-strings.ts";

/** Moments as SQL has them: the ends of what Date holds, and beyond. */
export const moments = [
  "0001-01-01 00:00:00",
  "0099-12-31 23:59:59.999",
  "0100-01-01 00:00:00.001",
  "1969-12-31 23:59:59.9",
  "1970-01-01 00:00:00",
  "2000-02-29 12:00:00.05",
  "2026-11-27 17:31:13.084",
  "9999-12-31 23:59:59.999",
  "12026-01-01 00:00:00",
  "0044-03-15 00:00:00 BC",
  "infinity",
  "-infinity",
] as const;

export const texts: readonly string[] = [
  "a",
  "%",
  "\\%_",
  "null",
  '{"a",NULL}',
  "'; --",
  "line\u2028separator",
  "😀 \u{10ffff}",
  ...naughtyStrings.filter((text) => text.length < 100),
];

/** @returns an id that is the same each time */
export const idOf = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`;

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** Gives a user rows of every table that hold what is hard to read; all have the same. */
export async function addRows({ admin }: TestServer, userId: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const text = pick(texts, n);
    const moment = pick(moments, n);
    const nullable = n % 3 === 0 ? null : text;
    const id = idOf(n);
    await admin.query(
      `INSERT INTO tasks (user_id, id, title, description, title_key, title_search, description_search,
         completed_at, due_local, priority, version, created_at, updated_at, deleted_at)
       VALUES ($1, $2, $3, $4, $3, $3, $4, $5, $6::timestamp::date, $7, $8, $9, $9, $10)`,
      [
        ...[userId, id, text, nullable, n % 2 === 0 ? moment : null],
        // PostgreSQL has no midnight at the ends of time.
        n % 4 === 0 || moment.includes("infinity") ? null : moment,
        ...[n % 5, n % 7 === 0 ? 2 ** 31 - 1 : n + 1, moment, n % 6 === 0 ? moment : null],
      ],
    );
    const hash = Buffer.from(n % 2 === 0 ? "" : `${text}\0`);
    await admin.query(
      `INSERT INTO sessions (user_id, id, created_at, expires_at, address, user_agent, last_seen_at, refresh_hash,
         refresh_spent_hash, refresh_generation, refreshed_at, refresh_used)
       VALUES ($1, $2, $3, $3, $4, $4, $3, $5, $6, $7, $8, $9)`,
      [
        ...[userId, id, moment, nullable?.slice(0, 20), hash, n % 2 === 0 ? null : hash],
        ...[n, n % 2 === 0 ? null : moment, n % 2 === 0],
      ],
    );
    await admin.query(
      `INSERT INTO personal_tokens (user_id, id, name, scopes, token_hash, hint, created_at, expires_at, last_seen_at)
       VALUES ($1, $2, $3, $4, $5, $3, $6, $6, $7)`,
      [userId, id, text, [text, "", "NULL", "a,b"].slice(n % 3), hash, moment, n % 2 === 0 ? null : moment],
    );
    await admin.query(
      `INSERT INTO security_events (user_id, id, kind, created_at, address, user_agent) VALUES ($1, $2, $3, $4, $5, $5)`,
      [userId, id, text, moment, nullable?.slice(0, 20)],
    );
    await admin.query(
      `INSERT INTO codes (user_id, id, purpose, email, code_hash, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $6)`,
      [userId, id, n % 2 === 0 ? "reset" : "verify", nullable, hash, moment],
    );
  }
}
