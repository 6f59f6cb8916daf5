import {
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from "graphql";
import { schema } from "../../src/features/schema.ts";
import { operations, selectAll, writeOperation } from "../helpers/operations.ts";

/** A place that a caller can fill in, like Mutation.updateTask(input.id), and the name of what goes there. */
export type Place = { place: string; type: string };

function leavesBelow(type: GraphQLInputType, path: string, seen: string[] = []): Place[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [{ place: path, type: isEnumType(named) ? "enum" : named.name }];
  if (seen.includes(named.name)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    leavesBelow(field.type, `${path}.${field.name}`, [...seen, named.name]),
  );
}

/** Every place of every argument of any field of any type, nested ones and lists included. */
export const places: Place[] = Object.values(schema.getTypeMap())
  .filter((type): type is GraphQLObjectType => "getInterfaces" in type && !type.name.startsWith("__"))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
  .flatMap(({ type, field }) =>
    field.args.flatMap((argument) =>
      leavesBelow(argument.type, argument.name).map((leaf) => ({
        ...leaf,
        place: `${type.name}.${field.name}(${leaf.place})`,
      })),
    ),
  );

/** What goes into a place of one of these types can't name a row. */
export const namelessTypes = new Set(["Boolean", "Int", "Float", "Date", "DateTime", "LocalTime", "enum"]);

/** What is called so where something is made or changed is stored as it is. */
const stored = /^Mutation\.(create|update)\w+\(input\.(name|title|description|due\.timeZone)\)$/;

/** Texts that are stored or compared as they are, and name no row but the account that is signed up or in to. */
export const texts = [
  ...places.flatMap(({ place, type }) => (type === "String" && stored.test(place) ? [place] : [])),
  "Mutation.changeEmail(input.email)",
  "Mutation.changeEmail(input.password)",
  "Mutation.changePassword(input.currentPassword)",
  "Mutation.changePassword(input.newPassword)",
  "Mutation.deleteAccount(input.password)",
  "Mutation.login(input.email)",
  "Mutation.login(input.password)",
  "Mutation.requestPasswordReset(input.email)",
  "Mutation.resetPassword(input.email)",
  "Mutation.resetPassword(input.newPassword)",
  "Mutation.signup(input.email)",
  "Mutation.signup(input.name)",
  "Mutation.signup(input.password)",
  "Query.tasks(filter.search)",
];

/** The lists, by the fields that they are asked for with. */
export const lists: string[] = Object.values(schema.getQueryType()?.getFields() ?? {})
  .filter(({ args }) => args.some(({ name }) => name === "after"))
  .map(({ name }) => name);

/** Texts that stand for a place in a list, and are made of a row's id and its key in the order. */
export const cursorPlaces: string[] = lists.flatMap((list) =>
  ["after", "before"].map((way) => `Query.${list}(${way})`),
);

/** Texts that are worth nothing but to whoever was given them: no id, but what proves one's right by itself. */
export const credentials = [
  "Mutation.logout(input.refreshToken)",
  "Mutation.refresh(input.refreshToken)",
  "Mutation.resetPassword(input.code)",
  "Mutation.signup(input.inviteCode)",
  "Mutation.verifyEmail(input.code)",
];

/** One thing to do with an id in a place that takes one. */
export type Use = { document: string; variables: (id: string, own: string) => object };

const error = "... on Error { __typename message }";
const task = "task { id title description version }";
const node = "{ __typename id ... on Task { title } ... on User { email } }";

const update = (change: object): Use => ({
  document: `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
    ... on UpdateTaskPayload { ${task} } ${error} ... on ConflictError { currentVersion } } }`,
  variables: (id) => ({ input: { id, ...change } }),
});

/** How to use an id in places where more can be done with it than once to ask for all that there is. */
const more: Record<string, Use[]> = {
  "Query.task(id)": [
    { document: "query ($id: ID!) { task(id: $id) { id title } }", variables: (id) => ({ id }) },
    {
      document: `query ($id: ID!, $own: ID!) { a: task(id: $own) { title } b: task(id: $id) { title } c: task(id: $id) { id } }`,
      variables: (id, own) => ({ id, own }),
    },
  ],
  "Query.node(id)": [
    { document: `query ($id: ID!) { node(id: $id) ${node} }`, variables: (id) => ({ id }) },
    {
      document: `query ($id: ID!, $own: ID!) { a: node(id: $own) ${node} b: node(id: $id) ${node} }`,
      variables: (id, own) => ({ id, own }),
    },
  ],
  "Query.nodes(ids)": [
    [(id: string) => [id]],
    [(id: string, own: string) => [own, id, id, own]],
    [(id: string) => new Array<string>(100).fill(id)],
  ].map(([ids]) => ({
    document: `query ($ids: [ID!]!) { nodes(ids: $ids) ${node} }`,
    variables: (id, own) => ({ ids: ids?.(id, own) }),
  })),
  "Mutation.updateTask(input.id)": [
    { title: "stolen" },
    { completed: true, expectedVersion: 1 },
    { completed: true },
    { completed: false },
    { expectedVersion: 99 },
    { title: "" },
    {},
  ].map(update),
};

/** An operation with an id in its place, which asks for all that it answers. */
function useOf(place: string): Use {
  const [, name, path = ""] = /^\w+\.(\w+)\((.*)\)$/.exec(place) ?? [];
  const operation = operations.find(({ field }) => field.name === name);
  if (operation === undefined) throw new Error(`${place} is not of a query or mutation`);
  return writeOperation(operation, selectAll(operation.field.type), path.split("."));
}

/** How to use an id in each place that takes one. */
export const uses: Record<string, Use[]> = Object.fromEntries(
  places.filter(({ type }) => type === "ID").map(({ place }) => [place, more[place] ?? [useOf(place)]]),
);
