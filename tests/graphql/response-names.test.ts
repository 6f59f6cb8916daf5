import { afterAll, beforeAll, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
});
afterAll(() => server.close());

// An object with a field called "then" is easily taken for a promise.
it.each([
  "{ viewer { then: email } }",
  "{ then: viewer { id } }",
  "{ viewer { ...F } } fragment F on User { then: name }",
  'mutation { then: updateProfile(input: { name: "x" }) { __typename } }',
])("a field called then is refused, not a bug: %s", async (document) => {
  const { status, errors } = await person.send(document);
  expect([status, errors?.map(({ extensions }) => extensions.code)]).toEqual([
    400,
    ["GRAPHQL_VALIDATION_FAILED"],
  ]);
  expect(await person.data(document.replaceAll("then:", "thens:"))).not.toBeNull();
});
