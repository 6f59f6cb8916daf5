import { afterAll, beforeAll, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let ann: Person;

beforeAll(async () => {
  server = await startServer();
  ann = await signUp(server);
});
afterAll(() => server.close());

it.each([
  "timeout exceeded when trying to connect",
  "Connection terminated",
  "Query read timeout",
  "connection error and is not queryable",
  "Cannot use a pool after calling end",
  "timeout expired",
  "Client was closed",
])("a value that reads like a failure of the database is none: %s", async (words) => {
  const codes = async (query: string, variables: object) => {
    const { status, errors } = await ann.send(query, variables);
    return [status, errors?.[0]?.extensions.code];
  };
  expect(
    await codes("query ($first: Int) { tasks(first: $first) { totalCount } }", { first: words }),
  ).toEqual([400, "BAD_USER_INPUT"]);
  expect(await codes(`{ tasks(first: "${words}") { totalCount } }`, {})).toEqual([
    400,
    "GRAPHQL_VALIDATION_FAILED",
  ]);
  expect(
    await codes("query ($after: String) { tasks(after: $after) { totalCount } }", { after: words }),
  ).toEqual([400, "BAD_USER_INPUT"]);
  expect(await codes("query ($id: ID!) { task(id: $id) { id } }", { id: words })).toEqual([200, undefined]);
  expect(await codes(`"${words}"`, {})).toEqual([400, "GRAPHQL_PARSE_FAILED"]);
});
