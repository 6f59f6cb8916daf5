import type { ExecutionArgs } from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { createCompiledQueries } from "../../src/graphql/compiled-queries.ts";
import { createAnalyse } from "../../src/graphql/cost/analyse.ts";
import { parseWithin } from "../../src/graphql/cost/document-limits.ts";
import { repeat } from "./hostile.ts";

/** Whether a query is compiled, when it is executed again and again. */
function isCompiled(query: string): boolean {
  const { plugin, find } = createCompiledQueries(createAnalyse(schema));
  const document = parseWithin(query);
  const params = { query };
  for (let use = 0; use < 20; use++) {
    const args = { schema, document, operationName: null } as unknown as ExecutionArgs;
    plugin.onExecute?.({ args, context: { params } } as Parameters<NonNullable<typeof plugin.onExecute>>[0]);
  }
  return find(params) !== undefined;
}

const fields = "id title description completed completedAt due { date time timeZone at } priority version";

describe("a query", () => {
  it("of as many fields as clients ask for is compiled", () => {
    expect(
      isCompiled(`{ tasks { totalCount edges { cursor node { ${fields} } } pageInfo { endCursor } } }`),
    ).toBe(true);
    expect(
      isCompiled(`{ viewer { ${repeat(9, () => "id email name createdAt emailVerified ...{ id name }")} } }`),
    ).toBe(true);
  });

  it("of more is not, be it ever so short: others would wait until it is", () => {
    const page = `edges { node { ${fields} } }`;
    const lists = (spread: string) => repeat(8, (i) => `a${i}: tasks { ${spread} }`);
    expect(isCompiled(`{ ${lists(page)} }`)).toBe(false);
    expect(isCompiled(`{ ${lists("...P")} } fragment P on TaskConnection { ${page} }`)).toBe(false);
    const nested = Array.from(
      { length: 6 },
      (_, i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`,
    );
    expect(isCompiled(`{ viewer { ...F0 } } ${nested.join(" ")} fragment F6 on User { id name }`)).toBe(
      false,
    );
  });
});
