import { afterAll, beforeAll, expect, it } from "vitest";
import { everyOwnTable } from "../../src/db/own-tables.ts";
import { maxUserAgentLength } from "../../src/rules/limits.ts";
import { priorities } from "../../src/rules/priority.ts";
import { daysKept } from "../../src/rules/retention.ts";
import { createDatabase, openPool, type TestDatabase } from "../helpers/database.ts";

// What the database holds rows to, as it ends up in its catalogue, is what src/rules says.

/** In UTF-8. */
const mostBytes = (codePoints: number) => 4 * codePoints;
/** Any IP address, a zone of IPv6 included. */
const addressBytes = 64;
const client = { address: addressBytes, user_agent: mostBytes(maxUserAgentLength) };

const written = everyOwnTable.flatMap(({ name, texts }) => {
  const columns = Object.entries(texts).map(([column, length]) => [column, mostBytes(length)]);
  return columns.length === 0 ? [] : [[name, Object.fromEntries(columns)]];
});

const lengths = { ...Object.fromEntries(written), sessions: client, security_events: client };

const hours = {
  tasks: 24 * daysKept.deletedTask,
  personal_tokens: 24 * daysKept.expiredToken,
  security_events: 24 * daysKept.securityEvent,
  sessions: 0,
  codes: 0,
};

/** Columns of numbers and texts that no CHECK bounds, with the reason. */
const unbounded = {
  "users.email": "What an address may be is a rule of the server's.",
  "users.email_key": "Made from the address.",
  "users.hashed_password": "What bcrypt makes, always as long.",
  "sessions.refresh_generation": "Counted by the server alone.",
  "personal_tokens.hint": "The end of a secret that the server makes.",
  "security_events.kind": "A word of the server's own.",
  "codes.email": "The account's address.",
  "tasks.title_key": "Made from the title.",
  "tasks.title_search": "Made from the title.",
  "tasks.description_search": "Made from the description.",
};

let database: TestDatabase;
let pool: ReturnType<typeof openPool>;

beforeAll(async () => {
  database = await createDatabase();
  pool = openPool(database.admin);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function findChecks(): Promise<[table: string, check: string][]> {
  const { rows } = await pool.query<{ name: string; text: string }>(
    `SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS text
     FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace`,
  );
  return rows.map(({ name, text }) => [name, text]);
}

/** What texts say of tables: each match of a pattern of a name and a number, by table and name. */
function numbersIn(texts: [table: string, text: string][], pattern: RegExp) {
  const found: Record<string, Record<string, number>> = {};
  for (const [table, text] of texts)
    for (const [, name = "", number] of text.matchAll(pattern))
      found[table] = { ...found[table], [name]: Number(number) };
  return found;
}

it("texts have room for as many characters as may be written, and no more", async () => {
  const pattern = /octet_length\(\(?(\w+)(?:\)::text)?\) <= (\d+)/g;
  expect(numbersIn(await findChecks(), pattern)).toEqual(lengths);
});

it("every column of numbers or texts of a user's things has a CHECK, or a reason to have none", async () => {
  // Numbers, strings and lists (typcategory); seq is counted by the triggers of own_table().
  const { rows } = await pool.query<{ column: string }>(
    `SELECT relname || '.' || attname AS column FROM pg_attribute
       JOIN pg_class ON pg_class.oid = attrelid JOIN pg_type ON pg_type.oid = atttypid
     WHERE attrelid = ANY($1::regclass[]) AND attnum > 0 AND typcategory IN ('N', 'S', 'A') AND attname <> 'seq'
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'c' AND attnum = ANY(conkey))`,
    [everyOwnTable.map(({ name }) => name)],
  );
  expect(rows.map(({ column }) => column).sort()).toEqual(Object.keys(unbounded).sort());
});

it("a priority is the place of one that there is", async () => {
  const pattern = /(priority) <= (\d+)/g;
  expect(numbersIn(await findChecks(), pattern)).toEqual({ tasks: { priority: priorities.length - 1 } });
});

it("what has expired may be removed when it has been kept for long enough, and not before", async () => {
  const { rows } = await pool.query<{ name: string; text: string }>(
    `SELECT tablename AS name, qual AS text FROM pg_policies WHERE qual LIKE '%::interval%'`,
  );
  const found = rows.map(({ name, text }) => [name, Number(/'(\d+):00:00'::interval/.exec(text)?.[1])]);
  expect(Object.fromEntries(found)).toEqual(hours);
  expect(found).toHaveLength(Object.keys(hours).length);
});
