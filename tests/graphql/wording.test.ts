import { execute, GraphQLError, parse } from "graphql";
import { expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { maskError } from "../../src/graphql/errors.ts";

/** What is said of the first problem that executing a document meets. */
async function messageOf(query: string, variableValues: object): Promise<string | undefined> {
  const args = { schema, document: parse(query), variableValues: { ...variableValues }, contextValue: {} };
  const { errors } = await execute(args);
  return errors?.map((error) => maskError(error).message)[0];
}

const task = "query ($id: ID!) { task(id: $id) { id } }";
const list = "query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }";
const defaults = 'query ($id: ID = "x") { task(id: $id) { id } }';

it.each([
  ["is missing", task, {}, 'Variable "$id" of required type "ID!" was not provided.'],
  ["is null", task, { id: null }, 'Variable "$id" of non-null type "ID!" must not be null.'],
  ["is of another kind", task, { id: [] }, "$id: ID cannot represent value: []"],
  [
    "has a null inside",
    list,
    { f: { priority: [null] } },
    /^\$f\.priority\[0\]: Expected value of non-null type/,
  ],
  [
    "has a slip inside",
    list,
    { f: { priority: ["URGNT"] } },
    /^\$f\.priority\[0\]: Value "URGNT" does not exist/,
  ],
  [
    "has a field too many",
    list,
    { f: { nope: 1 } },
    /^\$f: Expected value of type "TaskFilter" not to include/,
  ],
])("a value for a variable that %s is named by its place", async (_what, query, variables, message) => {
  expect(await messageOf(query, variables)).toEqual(
    typeof message === "string" ? message : expect.stringMatching(message),
  );
});

it("an object that is none, or has a field too many, is not repeated: it may hold a secret", async () => {
  for (const f of ["secret-1", ["secret-1"], { nope: "secret-1" }])
    expect(await messageOf(list, { f })).not.toContain("secret-1");
});

it("a null for an argument that a variable is for is named by the argument, and not by its type", async () => {
  const message = 'Argument "id" of non-null type "ID!" must not be null.';
  expect(await messageOf(defaults, { id: null })).toBe(message);
  const inside = 'query ($id: ID = "x") { nodes(ids: [$id]) { id } }';
  expect(await messageOf(inside, { id: null })).toMatch(/^Argument "ids" has invalid value at \[0\]: /);
});

it("what a document says of itself stays as it is said", () => {
  const error = new GraphQLError('Variable "$id" has invalid value: it says.');
  expect(maskError(error).message).toBe('Variable "$id" has invalid value: it says.');
});
