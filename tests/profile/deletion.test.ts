import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asUser } from "../../src/db/binding.ts";
import { login } from "../auth/accounts.ts";
import { createToken, logIn, refreshDocument } from "../auth/tokens-api.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { deleteAccount, deleteDocument, eventsOf, statusOf } from "./profile-api.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const tables = ["sessions", "tasks", "personal_tokens", "security_events", "codes"];

/** How many rows of each table there are that are somebody's. */
async function countRows(userId: string): Promise<number[]> {
  const counts = tables.map((table) => `(SELECT count(*)::int FROM ${table} WHERE user_id = $1)`);
  const { rows } = await server.admin.query(
    `SELECT ARRAY[(SELECT count(*)::int FROM users WHERE id = $1), ${counts.join(", ")}] AS counts`,
    [userId],
  );
  return rows[0].counts;
}

const uuidOf = ({ id }: Pick<Person, "id">) => Buffer.from(id, "base64").toString().replace("User:", "");

const signUpAgain = async (email: string) =>
  (
    await server.graphql.data(
      `mutation ($input: SignupInput!) { signup(input: $input) {
        ... on AuthPayload { accessToken user { id name } } ... on Error { message } } }`,
      { input: { email, password } },
    )
  ).signup;

describe("check 31: deleting the account", () => {
  it("takes every row of it at once, and every credential; nobody else's", async () => {
    const [ann, bob] = [await signUp(server, "ann"), await signUp(server, "bob")];
    for (const person of [ann, bob]) await person.addTask({ title: `${person.email}'s` });
    const other = await logIn(server, ann);
    const { secret } = await createToken(ann, ["TASKS_READ"]);
    await server.admin.query(
      `INSERT INTO codes (user_id, id, purpose, code_hash, created_at, expires_at)
       VALUES ($1, gen_random_uuid(), 'reset', '', now(), now() + interval '1 day')`,
      [uuidOf(ann)],
    );
    expect((await countRows(uuidOf(ann))).every((count) => count > 0)).toBe(true);
    const bobs = await countRows(uuidOf(bob));

    expect(await deleteAccount(ann, password)).toEqual({ deletedUserId: ann.id });
    for (const token of [ann.token, other.accessToken, secret])
      expect(await statusOf(server, token)).toBe(401);
    expect((await server.graphql.send(refreshDocument, { token: other.refreshToken })).status).toBe(401);
    expect(await countRows(uuidOf(ann))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await countRows(uuidOf(bob))).toEqual(bobs);
    expect(await statusOf(server, bob.token)).toBe(200);
    expect((await login(server, { email: ann.email, password })).__typename).toBe("InvalidCredentialsError");
    expect(server.logged()).toContain("deleted the account");
  });

  it("frees the address for an account that finds nothing, and brings no old token back", async () => {
    const ann = await signUp(server, "ann");
    const taskId = await ann.addTask({ title: "mine" });
    const { secret } = await createToken(ann, ["TASKS_READ"]);
    await deleteAccount(ann, password);
    const { accessToken, user } = await signUpAgain(ann.email);
    expect(user).toEqual({ id: expect.not.stringContaining(ann.id), name: null });
    const data = await server.graphql.data(
      `query ($ids: [ID!]!) { tasks { totalCount } sessions { edges { node { id } } } personalTokens { edges { node { id } } }
        securityEvents { edges { node { kind } } } nodes(ids: $ids) { id } }`,
      { ids: [ann.id, taskId] },
      accessToken,
    );
    expect(data).toEqual({
      tasks: { totalCount: 0 },
      sessions: { edges: [{ node: { id: expect.any(String) } }] },
      personalTokens: { edges: [] },
      securityEvents: { edges: [{ node: { kind: "SIGNED_UP" } }] },
      nodes: [null, null],
    });
    expect(await statusOf(server, ann.token)).toBe(401);
    expect(await statusOf(server, secret)).toBe(401);
  });

  it("needs the password, which counts as an attempt at it", async () => {
    const strict = await startServer({ rateLimits: { "login-by-account": { points: 2, seconds: 900 } } });
    const ann = await signUp(strict, "ann");
    await ann.addTask({ title: "mine" });
    for (const guess of ["a guess", ""]) {
      expect(await deleteAccount(ann, guess)).toEqual({
        __typename: "InvalidCredentialsError",
        message: "The password is wrong.",
      });
    }
    expect((await ann.send(deleteDocument, { input: { password } })).status).toBe(429);
    expect((await ann.data("{ tasks { totalCount } }")).tasks.totalCount).toBe(1);
    expect((await eventsOf(ann)).filter((kind) => kind === "SIGN_IN_FAILED")).toHaveLength(2);
    await strict.close();
  });

  it("takes the browser's cookie back", async () => {
    const document =
      "mutation ($input: SignupInput!) { signup(input: $input) { ... on AuthPayload { accessToken } } }";
    const account = { email: "browser@example.com", password };
    const { data, headers: given } = await server.graphql.send(document, { input: account });
    const [Cookie = ""] = (given.get("set-cookie") ?? "").split(";");
    const [name] = Cookie.split("=");
    const { accessToken } = data.signup;
    const { headers } = await server.graphql.send(deleteDocument, { input: { password } }, accessToken, {
      Cookie,
    });
    expect(headers.get("set-cookie")).toBe(`${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`);
  });
});

it("whoever works while the account is deleted is told that the credential has ended, and leaves nothing", async () => {
  const ann = await signUp(server, "ann");
  const work = async () => {
    const statuses: number[] = [];
    do {
      const { status } = await ann.send('mutation { createTask(input: { title: "more" }) { __typename } }');
      statuses.push(status);
    } while (statuses.at(-1) === 200);
    return statuses;
  };
  const workers = Array.from({ length: 6 }, work);
  const tokens = ann.send(
    `mutation { createPersonalToken(input: { name: "x", scopes: [TASKS_READ], expiresAt: "${new Date(Date.now() + 60_000).toISOString()}" }) { __typename } }`,
  );
  expect(await deleteAccount(ann, password)).toEqual({ deletedUserId: ann.id });
  const last = (await Promise.all(workers)).map((statuses) => statuses.at(-1));
  expect(last).toEqual(Array(6).fill(401));
  expect([200, 401]).toContain((await tokens).status);
  expect(await countRows(uuidOf(ann))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(server.logged()).not.toContain("unexpected error");
});

it("of two who delete the account at once, one does and the other hears that it is gone", async () => {
  const ann = await signUp(server, "ann");
  const answers = await Promise.all([1, 2].map(() => ann.send(deleteDocument, { input: { password } })));
  const made = answers.filter(({ data }) => data?.deleteAccount.deletedUserId === ann.id);
  expect(made).toHaveLength(1);
  const [other] = answers.filter((answer) => !made.includes(answer));
  expect(other?.status === 401 || other?.data.deleteAccount.__typename === "InvalidCredentialsError").toBe(
    true,
  );
});

it("has longer than other statements, for an account with very much in it", async () => {
  const ann = await signUp(server, "ann");
  await ann.addTask({ title: "mine" });
  // Longer than any other statement may take, and a wait that no lock is the reason for.
  await server.admin.query(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(4.2); RETURN OLD; END'`);
  await server.admin.query(
    "CREATE TRIGGER dawdle BEFORE DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION dawdle()",
  );
  try {
    expect(await deleteAccount(ann, password)).toEqual({ deletedUserId: ann.id });
    const limits = await server.bound.query<{ timeout: string }>(asUser(""), {
      text: "SELECT current_setting('statement_timeout') AS timeout",
    });
    expect(limits.rows).toEqual([{ timeout: "3500ms" }]);
  } finally {
    await server.admin.query("DROP FUNCTION dawdle CASCADE");
  }
});
