import { type ExecutionResult, GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/graphql/call.ts";
import type { Introspection } from "../../src/graphql/introspection.ts";
import type { GraphqlParams } from "../../src/graphql/params.ts";
import { createPresent } from "../../src/graphql/present.ts";

type Shown = Omit<GraphqlParams, "query"> & {
  introspection?: Introspection;
  cost?: number;
};

/** @returns what somebody who is not signed in gets to see of a result, as JSON has it */
async function show(result: ExecutionResult, { introspection = "open", cost, ...params }: Shown = {}) {
  let shown: unknown;
  const present = createPresent(introspection, async (_exchange, _params, given) => {
    shown = JSON.parse(JSON.stringify(given));
    return { status: 200, headers: {}, body: "" };
  });
  const call = {
    request: { params: { query: "{ mine }", ...params } },
    asker: { viewer: null },
  } as unknown as Call;
  await present(call, result, cost === undefined ? undefined : { type: "query", cost, scopes: [] });
  return shown as { errors?: { message: string }[]; data?: unknown; extensions?: unknown };
}

const errors = (count: number) => Array.from({ length: count }, (_, n) => new GraphQLError(`no ${n}`));

describe("what a request came to is shown", () => {
  it("as it is where all is well", async () => {
    expect(await show({ data: { a: 1 } }, { cost: 7 })).toEqual({ data: { a: 1 } });
  });

  it("with five problems at most, and with every error that explains a null", async () => {
    expect((await show({ errors: errors(9) })).errors).toHaveLength(5);
    expect((await show({ errors: errors(9), data: { a: null } })).errors).toHaveLength(9);
    expect((await show({ errors: errors(9), data: null })).errors).toHaveLength(9);
  });

  it("without the schema's names to whoever may not look at it", async () => {
    const result = {
      errors: [new GraphQLError('Cannot query "mine" on type "Query". Did you mean "tasks"?')],
    };
    expect((await show(result, { introspection: "off" })).errors?.[0]?.message).toBe(
      'Cannot query "mine" on type "…".',
    );
    expect((await show(result)).errors?.[0]?.message).toContain("tasks");
    const path = { errors: [new GraphQLError('of "Query"', { path: ["mine"] })], data: { mine: null } };
    expect((await show(path, { introspection: "off" })).errors?.[0]?.message).toBe('of "Query"');
  });

  it("with what it costs to whoever asks for that, where it is known, refused or not", async () => {
    const extensions = { cost: true };
    const told = { cost: { requested: 7, limit: 5000 } };
    expect(await show({ data: null }, { extensions, cost: 7 })).toEqual({ data: null, extensions: told });
    expect((await show({ errors: errors(1) }, { extensions, cost: 7 })).extensions).toEqual(told);
    expect(await show({ errors: errors(1) }, { extensions })).not.toHaveProperty("extensions");
    expect(await show({ data: null }, { extensions: { cost: 1 }, cost: 7 })).toEqual({ data: null });
  });
});
