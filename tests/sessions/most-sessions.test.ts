import { afterAll, beforeAll, expect, it } from "vitest";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { uuidOf } from "../isolation/pair.ts";

const login = `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`;

let server: TestServer;
let person: Person;
let other: Person;

beforeAll(async () => {
  server = await startServer();
  [person, other] = [await signUp(server), await signUp(server)];
});
afterAll(() => server.close());

/** Sessions of somebody, as many as there may be with the one of their sign-up, each used a second after the other. */
async function addSessions({ id }: Person): Promise<void> {
  const text = `INSERT INTO sessions (user_id, id, created_at, expires_at, last_seen_at)
    SELECT $1, gen_random_uuid(), now(), now() + interval '1 day', now() - interval '1 day' + n * interval '1 second'
    FROM generate_series(1, 999) AS n`;
  await server.admin.query(text, [uuidOf(id)]);
}

async function readTimes({ id }: Person): Promise<Date[]> {
  const text = "SELECT last_seen_at AS time FROM sessions WHERE user_id = $1 ORDER BY last_seen_at";
  return (await server.admin.query<{ time: Date }>(text, [uuidOf(id)])).rows.map(({ time }) => time);
}

it("one more than a thousand ends the one that was not used for the longest time", async () => {
  await Promise.all([person, other].map(addSessions));
  const before = await readTimes(person);
  expect(before).toHaveLength(1000);
  const { login: answer } = await server.graphql.data(login, { input: { email: person.email, password } });
  expect(answer.__typename).toBe("AuthPayload");
  const after = await readTimes(person);
  expect(after).toHaveLength(1000);
  expect(after.slice(0, 998)).toEqual(before.slice(1, 999));
  expect(await readTimes(other)).toHaveLength(1000);
  expect((await person.data("{ viewer { id } }")).viewer.id).toBe(person.id);
});
