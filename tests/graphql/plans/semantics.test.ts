import { setImmediate as nextTurn } from "node:timers/promises";
import {
  buildSchema,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isObjectType,
  isScalarType,
  parse,
  responsePathAsArray,
} from "graphql";
import { describe, expect, it } from "vitest";
import { planOf } from "../../../src/graphql/plan/plan.ts";
import { keepOutcomes } from "../../../src/schema/root-outcomes.ts";
import { answerByExecute, planFor } from "./answers.ts";

const types = `
  scalar Any
  enum Colour { RED GREEN }
  interface Named { name: String }
  type Cat implements Named { name: String, lives: Int!, self: Cat, friends: [Named] }
  type Dog implements Named { name: String, colour: Colour }
  union Pet = Cat | Dog
  type Query {
    any: Any, must: Int!, text: String, number: Float, flag: Boolean
    list: [Int], strict: [Int!], nested: [[Int]]
    cat: Cat, cats: [Cat], strictCats: [Cat!]!, pet: Pet, pets: [Pet], named: Named
    echo(a: Int = 3, b: [String!]): String
  }
  type Mutation { one: Cat, two: Int, three: Cat! }
`;

// biome-ignore lint/suspicious/noExplicitAny: as resolvers are
type Resolve = (...all: any[]) => unknown;
type Resolvers = Record<string, Record<string, Resolve>>;

/** @param resolvers of fields; of a type's `resolveType`, `isTypeOf` and `serialize` by these names */
function schemaOf(resolvers: Resolvers): GraphQLSchema {
  const schema = buildSchema(types);
  for (const [name, functions] of Object.entries(resolvers)) {
    const type = schema.getType(name);
    if (isScalarType(type) || isAbstractType(type)) Object.assign(type, functions);
    if (!isObjectType(type)) continue;
    const { isTypeOf, ...fields } = functions;
    if (isTypeOf) type.isTypeOf = isTypeOf as NonNullable<typeof type.isTypeOf>;
    for (const [field, resolve] of Object.entries(fields)) {
      const definition = type.getFields()[field];
      if (!definition) throw new Error(`there is no ${name}.${field}`);
      definition.resolve = resolve;
    }
  }
  return keepOutcomes(schema);
}

const later = async <T>(value: T): Promise<T> => {
  await nextTurn();
  return value;
};
const fail = (): never => {
  throw new Error("failed");
};
const root = (resolve: Record<string, Resolve>) => ({ Query: resolve });
const tom = { name: "Tom", lives: 9 };

const written: [what: string, query: string, resolvers: Resolvers][] = [
  ["numbers", "{ any number }", root({ any: () => -0, number: () => 1e21 })],
  ["no numbers", "{ any }", root({ any: () => Number.NaN })],
  ["what a scalar makes of a value", "{ any }", { ...root({ any: () => ({ a: ["\ud800", { b: 1e-7 }] }) }) }],
  ["texts", "{ text }", root({ text: () => '\ud800\u2028\u0000"\\😀' })],
  [
    "promises",
    "{ text must list cat { name lives } }",
    root({
      text: () => later("a"),
      must: () => 1,
      list: () => [later(1), 2, later(null)],
      cat: () => later({ ...tom, name: () => later("T") }),
    }),
  ],
  [
    "a promise of a list of promises",
    "{ nested cats { name } }",
    root({ nested: () => later([later([later(1)]), null]), cats: () => later([later(tom), null, tom]) }),
  ],
  // biome-ignore lint/suspicious/noThenProperty: Prisma's are such
  ["thenables", "{ text }", root({ text: () => ({ then: (take: Resolve) => take("a") }) })],
  [
    "empty lists",
    "{ list cats { name } nested }",
    root({ list: () => [], cats: () => later([]), nested: () => [[]] }),
  ],
  [
    "default resolvers",
    "{ cat { name lives self { name } } }",
    root({
      cat: () => ({
        name: (_args: object, _context: object, { fieldName }: GraphQLResolveInfo) => fieldName,
        lives: 1,
        self: null,
      }),
    }),
  ],
  ["undefined", "{ text cat { name } }", root({ text: () => undefined, cat: () => ({}) })],
  [
    "types by name",
    "{ pet { ... on Cat { lives } __typename } named { name ...D } } fragment D on Dog { colour }",
    root({ pet: () => ({ __typename: "Cat", ...tom }), named: () => ({ __typename: "Dog", colour: "RED" }) }),
  ],
  [
    "types by promise",
    "{ pets { __typename ... on Cat { lives } } }",
    {
      ...root({ pets: () => [tom, { colour: "RED" }] }),
      Pet: { resolveType: ({ lives }: typeof tom) => later(lives ? "Cat" : "Dog") },
    },
  ],
  [
    "types by what they say",
    "{ pet { __typename } cat { lives } }",
    {
      ...root({ pet: () => tom, cat: () => tom }),
      Cat: { isTypeOf: ({ lives }: typeof tom) => later(lives === 9) },
      Dog: { isTypeOf: () => false },
    },
  ],
  [
    "arguments",
    '{ echo a: echo(a: 1, b: "x") b: echo(a: null) }',
    root({ echo: (_root: unknown, args: object) => JSON.stringify(args) }),
  ],
  [
    "what writes itself",
    "{ any cat { name } }",
    root({ any: () => ({ toJSON: (key: string) => key }), cat: () => tom }),
  ],
  ["what JSON leaves out", "{ any text }", root({ any: () => fail, text: () => "a" })],
];

const repeated: typeof written = [
  ["a thrown error", "{ text cat { name } flag }", root({ text: fail, flag: () => true, cat: () => tom })],
  ["a rejection", "{ a: text b: text }", root({ text: () => later(0).then(fail) })],
  [
    "an error as a value",
    "{ text list }",
    root({ text: () => new Error("value"), list: () => [1, new Error("item")] }),
  ],
  ["null where none may be", "{ must text }", root({ must: () => null, text: () => "a" })],
  ["null in a list", "{ strict list }", root({ strict: () => [1, null], list: () => [null] })],
  [
    "null further down",
    "{ cat { self { lives } name } text }",
    root({ cat: () => ({ ...tom, self: {} }), text: () => "a" }),
  ],
  [
    "null below a list",
    "{ cats { name lives } strictCats { lives } }",
    root({ cats: () => [tom, { name: "x" }], strictCats: () => [tom, { name: "x" }] }),
  ],
  [
    "a wrong leaf",
    "{ list number cat { lives } }",
    root({ list: () => [1, "x"], number: () => "y", cat: () => ({ lives: 1.5 }) }),
  ],
  [
    "a wrong enum value",
    "{ pet { ... on Dog { colour } } }",
    root({ pet: () => ({ __typename: "Dog", colour: "BLUE" }) }),
  ],
  [
    "a scalar that makes nothing",
    "{ any }",
    { ...root({ any: () => 1 }), Any: { coerceOutputValue: () => null } },
  ],
  ["an unknown type", "{ pet { __typename } }", root({ pet: () => ({ __typename: "Fish" }) })],
  ["a type that is no object", "{ pet { __typename } }", root({ pet: () => ({ __typename: "Named" }) })],
  ["no type", "{ pet { __typename } }", root({ pet: () => ({}) })],
  ["a type of another union", "{ named { name } }", root({ named: () => ({ __typename: "Query" }) })],
  [
    "a value of another type",
    "{ cat { name } }",
    { ...root({ cat: () => tom }), Cat: { isTypeOf: () => later(false) } },
  ],
  ["no list", "{ list cats { name } }", root({ list: () => "ab", cats: () => ({}) })],
];

/** What graphql-js can write without an error, and a plan does not. */
const uncertain: typeof written = [
  [
    "what can be gone through",
    "{ list nested }",
    root({ list: () => new Set([1, 2]), nested: () => new Map([[1, 2]]) }),
  ],
  [
    "what can be gone through once",
    "{ list }",
    root({
      list: function* () {
        yield 1;
        yield 2;
      },
    }),
  ],
  [
    "what is gone through bit by bit",
    "{ list }",
    root({
      list: async function* () {
        yield 1;
        yield 2;
      },
    }),
  ],
  [
    "a resolver that looks at its info all the same",
    "{ cats { name } }",
    {
      ...root({ cats: () => [tom, tom] }),
      Cat: {
        name: (...[, , , info]: unknown[]) => responsePathAsArray((info as GraphQLResolveInfo).path).join(),
      },
    },
  ],
];

describe("what a plan writes is graphql-js's answer to the letter", () => {
  it.each(written)("%s", async (_what, query, resolvers) => {
    const asked = { schema: schemaOf(resolvers), query };
    const expected = await answerByExecute(asked);
    expect(await planFor(asked)()).toEqual({ text: expected, way: "written" });
  });

  it.each(repeated)("after an error: %s", async (_what, query, resolvers) => {
    const asked = { schema: schemaOf(resolvers), query };
    const expected = await answerByExecute(asked);
    expect(JSON.parse(expected).errors).toBeDefined();
    expect(await planFor(asked)()).toEqual({ text: expected, way: "repeated" });
  });

  it.each(uncertain)("where it is not certain: %s", async (_what, query, resolvers) => {
    const asked = { schema: schemaOf(resolvers), query };
    const expected = await answerByExecute(asked);
    expect(JSON.parse(expected).errors).toBeUndefined();
    expect(await planFor(asked)()).toEqual({ text: expected, way: "repeated" });
  });
});

it("resolvers are told what graphql-js tells them", async () => {
  const told: unknown[] = [];
  const tell =
    (value: unknown) => (source: unknown, args: object, _context: unknown, info: GraphQLResolveInfo) => {
      const { fieldNodes, parentType, returnType, path, variableValues, operation, fragments, ...others } =
        info;
      told.push([
        source === undefined,
        { ...args },
        fieldNodes.map(({ loc }) => loc?.start),
        `${parentType} ${returnType}`,
        path,
        variableValues,
        operation.name?.value,
        Object.keys(fragments),
        Object.keys(others),
        others.rootValue,
        info.getAbortSignal()?.aborted,
      ]);
      return value;
    };
  const schema = schemaOf({
    Query: { cats: tell([{ friends: [{ __typename: "Cat" }, tom] }]), echo: tell("a") },
    Cat: { name: tell("Tom"), self: tell({ lives: 9 }), lives: tell(9) },
    Named: {
      resolveType: (_value: object, _context: object, info: GraphQLResolveInfo) =>
        tell("Cat")(0, {}, 0, info),
    },
  });
  const query = `query Q($v: Int) { echo(a: $v) cats { ...F ...F friends { name } } cats { self { lives } ... { name } } }
    fragment F on Cat { name self { __typename lives } }`;
  const variables = { v: 7 };
  await answerByExecute({ schema, query, variables });
  const expected = told.splice(0);
  expect(expected.length).toBeGreaterThan(8);
  const answer = planFor({ schema, query });
  for (let round = 0; round < 2; round++) {
    expect((await answer(variables)).way).toBe("written");
    expect(told.splice(0)).toEqual(expected);
  }
});

describe("a root field", () => {
  it.each([
    ["by its value", () => tom],
    ["by a promise", () => later(tom)],
    ["by an error", fail],
    ["by a rejection", () => later(0).then(fail)],
  ])("is resolved once, whatever is wrong: %s", async (_how, resolve) => {
    let calls = 0;
    const count = () => {
      calls++;
      return resolve();
    };
    const schema = schemaOf({ Query: { cat: count, must: () => later(null) }, Cat: { name: fail } });
    const asked = { schema, query: "{ cat { name } must }" };
    expect((await planFor(asked)()).way).toBe("repeated");
    expect(calls).toBe(1);
  });

  it("of a mutation is resolved after the one before it is written, and not after an error at the root", async () => {
    for (const lives of [9, undefined]) {
      // Of the root alone: what is below it may be read twice.
      const order: string[] = [];
      const note = (name: string, value: unknown) => async () => {
        order.push(`${name} begins`);
        await nextTurn();
        order.push(`${name} ends`);
        return value;
      };
      const schema = schemaOf({
        Mutation: { one: note("one", { name: "a" }), two: note("two", 2), three: note("three", { lives }) },
        Cat: { name: () => later("b") },
      });
      const query = "mutation { one { name } a: two three { lives } b: two }";
      const expected = await answerByExecute({ schema, query });
      const byExecute = order.splice(0);
      expect((await planFor({ schema, query })()).text).toBe(expected);
      expect(order).toEqual(byExecute);
    }
  });
});

it("nothing goes on after the end, whatever went wrong on the way", async () => {
  let running = 0;
  const slow = (value: unknown) => async () => {
    running++;
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    running--;
    return value;
  };
  const schema = schemaOf({
    Query: { cats: slow([tom, tom]), text: slow("a"), must: () => later(null), flag: fail },
    Cat: { name: slow("b"), self: slow(tom), lives: fail },
  });
  const queries = [
    "{ cats { name self { name } } text must }",
    "{ text cats { name } flag }",
    "{ cats { name self { name lives } } text }",
    "{ cats { self { name } name lives } }",
  ];
  for (const query of queries) {
    const document = parse(query);
    const operation = getOperationAST(document);
    const plan = operation && planOf(schema, document, operation);
    const run = await plan?.run({}, { sources: {}, coerced: {} });
    expect(run?.data).toBe(null);
    expect(running).toBe(0);
  }
});
