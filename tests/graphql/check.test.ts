import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { createAnalyse } from "../../src/graphql/analysis.ts";
import { type Checked, createCheck, type Unfit } from "../../src/graphql/check.ts";
import type { Introspection } from "../../src/graphql/introspection.ts";
import type { GraphqlParams } from "../../src/graphql/params.ts";
import { repeat } from "./hostile.ts";

const checkerOf = (introspection: Introspection) => createCheck(schema, createAnalyse(schema, introspection));

function refused(checked: Checked | Unfit): Unfit {
  if (!("errors" in checked)) throw new Error("it can be executed");
  return checked;
}

function executable(checked: Checked | Unfit): Checked {
  if ("errors" in checked) throw new Error(checked.errors[0]?.message);
  return checked;
}

const task = "id title description due { at }";
const many = { v: Array(1001).fill(1) };
const aliases = repeat(16, (n) => `a${n}: viewer { id }`);
const costly = repeat(12, (n) => `a${n}: tasks(first: 100) { edges { node { ${task} } } }`);

describe("a request that can't be executed is told what is wrong with it, first", () => {
  const check = checkerOf("off");
  const cases: [what: string, params: GraphqlParams, method: string, code: string, message: RegExp][] = [
    [
      "that its text is too long",
      { query: `${"#".repeat(17_000)}\n{`, variables: many },
      "GET",
      "QUERY_TOO_COMPLEX",
      /^The query is longer/,
    ],
    [
      "that its variables are too many",
      { query: "{", variables: many },
      "GET",
      "QUERY_TOO_COMPLEX",
      /^Variables/,
    ],
    ["that it is no document", { query: `mutation { ${aliases} ` }, "GET", "GRAPHQL_PARSE_FAILED", /^Syntax/],
    [
      "that it has no such operation",
      { query: `mutation A { ${aliases} }`, operationName: "B" },
      "GET",
      "BAD_USER_INPUT",
      /^Could not determine/,
    ],
    [
      "that a GET changes nothing",
      { query: `mutation { ${aliases} }` },
      "GET",
      "BAD_REQUEST",
      /POST request/,
    ],
    [
      "that its document is too large",
      { query: `{ ${aliases} nothing }` },
      "POST",
      "QUERY_TOO_COMPLEX",
      /16 aliases/,
    ],
    [
      "that it is not valid",
      { query: `{ ${costly} nothing }` },
      "POST",
      "GRAPHQL_VALIDATION_FAILED",
      /"nothing"/,
    ],
    [
      "that it costs too much",
      { query: `query ($n: Int) { ${costly} tasks(first: $n) { totalCount } }`, variables: { n: "x" } },
      "POST",
      "QUERY_TOO_COMPLEX",
      /^The operation costs/,
    ],
  ];
  it.each(cases)("%s", (_what, params, method, code, message) => {
    const [error] = refused(check(params, method, false)).errors;
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error?.extensions.code).toBe(code);
    expect(error?.message).toMatch(message);
  });

  it("and what it would cost, where it is that", () => {
    const { errors, cost } = refused(check({ query: `{ ${costly} }` }, "POST", false));
    expect(errors[0]?.message).toContain(`costs ${cost?.cost},`);
    expect(refused(check({ query: "{ nothing }" }, "POST", false)).cost).toBeUndefined();
  });
});

describe("a request that can be executed", () => {
  const check = checkerOf("open");
  const query =
    "query A($n: Int = 2) { tasks(first: $n) { edges { cursor } } } mutation B { logout { __typename } }";

  it("is known by its operation, what that costs, and its variables as GraphQL coerces them", () => {
    const { document, operation, cost, variableValues } = executable(
      check({ query, operationName: "A", variables: { n: 7, other: 1 } }, "GET", true),
    );
    expect(document.definitions).toContain(operation.node);
    expect(operation.name).toBe("A");
    expect(cost).toMatchObject({ type: "query", scopes: ["tasks:read"] });
    expect(variableValues?.coerced).toEqual({ n: 7 });
    const defaults = executable(check({ query, operationName: "A" }, "POST", true));
    expect(defaults.variableValues?.coerced).toEqual({ n: 2 });
    expect(executable(check({ query, operationName: "B" }, "POST", true)).cost.type).toBe("mutation");
  });

  it("is so with values that its variables can't have: to find that out costs what executing it does", () => {
    const { variableValues, cost } = executable(
      check({ query, operationName: "A", variables: { n: "x" } }, "POST", true),
    );
    expect(variableValues).toBeNull();
    expect(cost.cost).toBeGreaterThan(0);
  });
});

describe("a document about the schema", () => {
  const params = { query: "{ __schema { queryType { name } } viewer { id } }" };
  it("is for those alone who may look at it, whoever came first", () => {
    for (const first of [true, false]) {
      const check = checkerOf("signed-in");
      const order = [first, !first, first];
      expect(order.map((mayIntrospect) => "errors" in check(params, "POST", mayIntrospect))).toEqual(
        order.map((mayIntrospect) => !mayIntrospect),
      );
    }
  });
});
