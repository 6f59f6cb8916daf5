import { expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { createAdmit } from "../../src/graphql/admit.ts";
import { createAnalyse } from "../../src/graphql/analysis.ts";
import type { Call } from "../../src/graphql/call.ts";
import { createCheck } from "../../src/graphql/check.ts";
import { createConcurrency } from "../../src/graphql/cost/concurrency.ts";
import type { RequestNotes } from "../../src/http/exchange.ts";

const check = createCheck(schema, createAnalyse(schema, "open"));
const checked = check({ query: "query Page { tasks(first: 9) { totalCount } }" }, "POST", true);
if ("errors" in checked) throw checked.errors[0];

/** Lets an operation of somebody's in. @returns what was done, in order */
async function admit(
  scopes: string[] | null,
  refuses = false,
): Promise<{ steps: unknown[]; notes: RequestNotes }> {
  if ("errors" in checked) throw checked.errors[0];
  const steps: unknown[] = [];
  const notes: RequestNotes = {};
  const call = { exchange: { notes }, asker: { viewer: { scopes } } } as unknown as Call;
  const admitted = createAdmit({
    async pay({ cost }) {
      steps.push(["paid", cost]);
      if (refuses) throw new Error("one too many");
    },
  });
  const turn = {
    ...createConcurrency(10).open("a"),
    begin: async (cost: number) => void steps.push(["begun", cost]),
  };
  await admitted(call, checked, turn).catch((error) => steps.push(error.code ?? error.message));
  return { steps, notes };
}

const { cost } = checked.cost;

it("an operation pays, waits for its turn, and is named in the log", async () => {
  const { steps, notes } = await admit(null);
  expect(steps).toEqual([
    ["paid", cost],
    ["begun", cost],
  ]);
  expect(notes).toEqual({ operation: "Page" });
});

it("one that the credential does not allow pays nothing", async () => {
  expect(await admit(["tasks:write"])).toEqual({ steps: ["INSUFFICIENT_SCOPE"], notes: {} });
  expect((await admit(["tasks:read"])).steps).toHaveLength(2);
});

it("one too many gets no turn", async () => {
  expect(await admit(null, true)).toEqual({ steps: [["paid", cost], "one too many"], notes: {} });
});
