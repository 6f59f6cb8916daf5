import fc from "fast-check";
import { buildSchema, execute, GraphQLScalarType, getOperationAST, getVariableValues, parse } from "graphql";
import { expect, it } from "vitest";
import { planOf } from "../../../src/graphql/plan/plan.ts";
import { keepOutcomes } from "../../../src/schema/root-outcomes.ts";
import { seed } from "../../helpers/seed.ts";

const schema = buildSchema("scalar Any type Query { value: Any list: [Any] }");
const any = schema.getType("Any");
if (any instanceof GraphQLScalarType) any.coerceOutputValue = (value) => value;
let given: unknown;
for (const field of Object.values(schema.getQueryType()?.getFields() ?? {}))
  field.resolve = () => (field.name === "list" ? [given] : given);
keepOutcomes(schema);

const document = parse("{ value __proto__: list then: value }");
const operation = getOperationAST(document);
const { variableValues } = getVariableValues(schema, [], {});
const plan = operation && planOf(schema, document, operation);
const run = async () => variableValues && (await plan?.run({}, variableValues))?.data;
const said = async () => JSON.stringify((await execute({ schema, document })).data);

/** Texts of any UTF-16 units, which surrogates without their other half are among. */
const texts = fc
  .array(fc.oneof(fc.nat(0xffff), fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff, 0x22, 0x5c, 0x1f, 0x2028)))
  .map((units) => String.fromCharCode(...units));
const values = fc.oneof(texts, fc.double(), fc.integer(), fc.boolean(), fc.jsonValue());

it("what a plan writes is the JSON of what graphql-js answers, whatever leaves come to", async () => {
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      given = value;
      expect(await run()).toBe(await said());
    }),
    { seed, numRuns: 2000 },
  );
});

it.each([
  -0,
  1e21,
  2 ** 53,
  Number.NaN,
  "\ud83d\ude00",
  "\ude00",
  { a: [undefined, "\ud83d"] },
  new Date(0),
  { toJSON: (key: string) => key },
  () => 1,
  Symbol("a"),
])("%o as well", async (value) => {
  given = value;
  expect(await run()).toBe(await said());
});

it("what is no JSON is left to graphql-js", async () => {
  given = 1n;
  expect(await run()).toBeNull();
});
