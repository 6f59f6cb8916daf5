import { createSchema } from "graphql-yoga";
import { describe, expect, it } from "vitest";
import { createAnalyse } from "../../src/graphql/analysis.ts";
import { type Checked, createCheck } from "../../src/graphql/check.ts";
import type { GraphqlParams } from "../../src/graphql/params.ts";
import type { OperationPlan } from "../../src/graphql/plan/plan.ts";
import { complete, runPlan } from "../../src/graphql/run.ts";

type Context = { name: string; outcome: { textSize: number } };

const schema = createSchema<Context>({
  typeDefs: "type Query { name(n: Int): String }",
  resolvers: {
    Query: {
      name(root, { n }, { name, outcome }) {
        outcome.textSize += 7;
        return root?.name ?? `${name} ${n}`;
      },
    },
  },
});
const contextOf = (): Context => ({ name: "context", outcome: { textSize: 0 } });
const check = createCheck(schema, createAnalyse(schema, "open"));

const run = async (checked: Checked, params: GraphqlParams, context = contextOf()) =>
  complete(schema, checked, params, () => context, await runPlan(checked, params, context));

/** Runs a query with a plan of the test's own. @returns what it came to, and with what the plan was run */
async function runWith(plan: OperationPlan["run"] | null, params: GraphqlParams) {
  const checked = check(params, "POST", true);
  if ("errors" in checked) throw checked.errors[0];
  const runs: unknown[][] = [];
  const planned: OperationPlan | null = plan && {
    run(context, variableValues) {
      runs.push([context, variableValues.coerced]);
      return plan(context, variableValues);
    },
  };
  const operation: Checked["operation"] = { ...checked.operation, plan: () => planned };
  const context = contextOf();
  const result = await run({ ...checked, operation }, params, context);
  return { result, runs, context };
}

const query = "query ($n: Int) { name(n: $n) }";

describe("an operation is executed", () => {
  it("by its plan, at once or later, whose text is the answer", async () => {
    for (const plan of [() => ({ data: '{"name":1}' }), async () => ({ data: '{"name":1}' })]) {
      const { result, runs, context } = await runWith(plan, { query, variables: { n: 3 } });
      expect(result).toBe('{"data":{"name":1}}');
      expect(runs).toEqual([[context, { n: 3 }]]);
    }
  });

  it("by graphql-js where it has none", async () => {
    const { result } = await runWith(null, { query, variables: { n: 3 } });
    expect(result).toEqual({ data: { name: "context 3" } });
  });

  it("by graphql-js, with what there is already, where its plan met an error", async () => {
    const { result, runs } = await runWith(() => ({ data: null, rootValue: { name: "known" } }), { query });
    expect(result).toEqual({ data: { name: "known" } });
    expect(runs).toHaveLength(1);
  });

  it("so that texts count that are in the answer, and none that a plan came to before it met an error", async () => {
    const { context } = await runWith(
      (given) => {
        (given as Context).outcome.textSize += 100;
        return { data: null, rootValue: {} };
      },
      { query },
    );
    expect(context.outcome.textSize).toBe(7);
  });

  const never = () => {
    throw new Error("planned");
  };
  it.each<[what: string, params: GraphqlParams]>([
    ["who asks is told what it costs", { query, extensions: { cost: true } }],
    ["its variables are wrong", { query, variables: { n: "x" } }],
  ])("by graphql-js where %s", async (_what, params) => {
    const { result, runs } = await runWith(never, params);
    expect(runs).toEqual([]);
    expect(result).toBeTypeOf("object");
  });

  it("by graphql-js where names alone could make the answer too large, so that it is counted first", async () => {
    const params = { query: `{ ${"n".repeat(3000)}: name }` };
    const checked = check(params, "POST", true);
    if ("errors" in checked) throw checked.errors[0];
    const operation: Checked["operation"] = { ...checked.operation, plan: () => ({ run: never }) };
    const cost = { ...checked.cost, cost: 3000 };
    const result = await run({ ...checked, operation, cost }, params);
    expect(result).toHaveProperty("data");
    await expect(run({ ...checked, operation }, params)).rejects.toThrow("planned");
  });
});
