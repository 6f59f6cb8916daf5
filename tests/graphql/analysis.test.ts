import { GraphQLError } from "graphql";
import { expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { type Analysis, createAnalyse } from "../../src/graphql/analysis.ts";

function analysed(found: Analysis | GraphQLError): Analysis {
  if (found instanceof GraphQLError) throw found;
  return found;
}

it("a document is looked at once, with all that is found out about it", () => {
  const analyse = createAnalyse(schema, "off");
  const query = "query A { viewer { id } } query B { tasks { totalCount } }";
  const first = analysed(analyse(query));
  const again = analysed(analyse(query));
  expect(again).toBe(first);
  expect(first.operation("A")).not.toBeNull();
  expect(again.operation("A")).toBe(first.operation("A"));
  expect(again.operation("A")?.plan()).not.toBeNull();
  expect(again.operation("A")?.plan()).toBe(first.operation("A")?.plan());
  expect(again.operation("B")?.plan()).not.toBe(first.operation("A")?.plan());
  for (const mayIntrospect of [true, false])
    expect(again.problems(mayIntrospect)).toBe(first.problems(mayIntrospect));
});

it("what is no document is looked at once as well", () => {
  const analyse = createAnalyse(schema, "off");
  const error = analyse("{ viewer ");
  expect(error).toBeInstanceOf(GraphQLError);
  expect(analyse("{ viewer ")).toBe(error);
});

it("those that were not used for the longest time are forgotten: no more are kept than have room", () => {
  const analyse = createAnalyse(schema, "off");
  let count = 0;
  // Of 16,000 characters each: there is room for sixteen.
  const fill = (times: number) => {
    for (let time = 0; time < times; time++) analyse(`{ viewer { id } } #${count++} ${"x".repeat(16_000)}`);
  };
  const [used, unused] = ["{ viewer { id } }", "{ viewer { name } }"];
  const [ofUsed, ofUnused] = [analyse(used), analyse(unused)];
  fill(15);
  expect(analyse(used)).toBe(ofUsed);
  fill(2);
  expect(analyse(used)).toBe(ofUsed);
  expect(analyse(unused)).not.toBe(ofUnused);
  fill(17);
  expect(analyse(used)).not.toBe(ofUsed);
});

it("an operation is found by its name, or is the only one, and is called by it in the log", () => {
  const analyse = createAnalyse(schema, "off");
  const name = "N".repeat(100);
  const named = analysed(analyse(`query ${name} { viewer { id } } mutation M { logout { __typename } }`));
  expect(named.operation(name)?.name).toBe("N".repeat(80));
  expect(named.operation("M")?.costOf({}).type).toBe("mutation");
  expect([named.operation(null), named.operation("X")]).toEqual([null, null]);
  const alone = analysed(analyse("mutation { logout { __typename } }"));
  expect([alone.operation(null)?.name, alone.operation("X")]).toEqual(["mutation", null]);
  expect(analysed(analyse("fragment F on User { id }")).operation(undefined)).toBeNull();
});
