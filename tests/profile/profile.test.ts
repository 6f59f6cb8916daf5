import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createToken } from "../auth/tokens-api.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { changeDocument, deleteDocument, updateDocument } from "./profile-api.ts";

let server: TestServer;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  server = await startServer();
  [ann, bob] = [await signUp(server, "ann"), await signUp(server, "bob")];
});
afterAll(() => server.close());

const update = async (input: object) => (await ann.data(updateDocument, { input })).updateProfile;
const nameOf = async (person: Person) => (await person.data("{ viewer { name } }")).viewer.name;

describe("updating the profile", () => {
  it.each([
    ["sets a name, trimmed", { name: "  Ann O’Neil " }, "Ann O’Neil"],
    ["leaves out what is left out", {}, "Ann O’Neil"],
    ["takes a name of 200 emoji", { name: "😀".repeat(200) }, "😀".repeat(200)],
    ["clears the name with null", { name: null }, null],
    ["clears it with white space as well", { name: " \t " }, null],
    ["keeps markup as it is", { name: "<img onerror=alert(1)> {{7*7}}" }, "<img onerror=alert(1)> {{7*7}}"],
  ])("%s", async (_what, input, name) => {
    expect(await update(input)).toEqual({ user: { id: ann.id, email: ann.email, name } });
    expect(await nameOf(ann)).toBe(name);
    expect(await nameOf(bob)).toBe("bob");
  });

  it.each([
    ["201 characters", "x".repeat(201)],
    ["a NUL", "An\0n"],
    ["half of a surrogate pair", "Ann \ud83d"],
  ])("refuses %s and changes nothing", async (_what, name) => {
    await update({ name: "Ann" });
    expect(await update({ name })).toMatchObject({
      __typename: "ValidationError",
      fieldErrors: [{ path: ["name"] }],
    });
    expect(await nameOf(ann)).toBe("Ann");
  });
});

const inputs = {
  updateProfile: { name: "Mallory" },
  changePassword: { currentPassword: password, newPassword: "seven green bicycles" },
  deleteAccount: { password },
};
const documents = {
  updateProfile: updateDocument,
  changePassword: changeDocument,
  deleteAccount: deleteDocument,
};
const mutations = Object.keys(inputs) as (keyof typeof inputs)[];

/** All rows of the tables of accounts. */
async function dump(): Promise<unknown> {
  const { rows } = await server.admin.query(
    "SELECT u::text AS line FROM users u UNION ALL SELECT concat(user_id, id) FROM sessions ORDER BY 1",
  );
  return rows;
}

describe.each(mutations)("check 12: %s", (mutation) => {
  it.each([
    "id",
    "userId",
    "role",
    "email",
    "passwordHash",
    "hashedPassword",
    "scopes",
    "createdAt",
    "__proto__",
  ])("with %s on top is refused whole, signed out and by somebody else", async (key) => {
    const before = await dump();
    // As text, since an object literal's __proto__ is no key.
    const given = JSON.stringify(inputs[mutation]).slice(1);
    const input = JSON.parse(`{"${key}": ${JSON.stringify(ann.id)}, ${given}`);
    for (const token of [undefined, bob.token]) {
      const { status, errors, data } = await server.graphql.send(documents[mutation], { input }, token);
      expect([status, errors?.[0]?.extensions.code, data]).toEqual([400, "BAD_USER_INPUT", undefined]);
    }
    expect(await dump()).toEqual(before);
  });

  it("takes nobody who is not signed in, and no personal token", async () => {
    const { secret } = await createToken(bob, ["TASKS_READ", "TASKS_WRITE", "ACCOUNT_READ"]);
    const before = await dump();
    const variables = { input: inputs[mutation] };
    const anonymous = await server.graphql.send(documents[mutation], variables);
    expect([anonymous.status, anonymous.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="ownlist"',
    ]);
    const { status, errors } = await server.graphql.send(documents[mutation], variables, secret);
    expect([status, errors?.[0]?.extensions.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(await dump()).toEqual(before);
  });
});
