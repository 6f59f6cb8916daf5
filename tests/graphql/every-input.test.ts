import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isUnionType,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { isNodeType } from "../../src/schema/node-types.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { allFieldsOf } from "../helpers/selection.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** What stands in no answer as it was sent, with what it takes for the rest to be done; each has tests of its own. */
const withoutEcho: Record<string, (person: Person) => unknown> = {
  "ChangeEmailInput.password": () => password,
  "ChangePasswordInput.currentPassword": () => password,
  "ChangePasswordInput.newPassword": () => password,
  "DeleteAccountInput.password": () => password,
  "DeleteTaskInput.id": (person) => person.addTask({ title: "x" }),
  "LoginInput.password": () => password,
  "LoginInput.returnRefreshToken": () => true,
  "RequestPasswordResetInput.email": (person) => person.email,
  "ResetPasswordInput.code": () => "",
  "ResetPasswordInput.email": (person) => person.email,
  "ResetPasswordInput.newPassword": () => password,
  "RevokePersonalTokenInput.id": () => "",
  "RevokeSessionInput.id": () => "",
  "SignupInput.inviteCode": () => null,
  "SignupInput.password": () => password,
  "SignupInput.returnRefreshToken": () => true,
  "UpdateTaskInput.expectedVersion": () => 1,
  "VerifyEmailInput.code": () => "",
};

/** What only holds for some accounts, in place of {@link sampleOf}. */
const given: Record<string, (person: Person) => unknown> = {
  "LoginInput.email": (person) => person.email,
  "RestoreTaskInput.id": (person) => person.addTask({ title: "x" }),
  "UpdateTaskInput.id": (person) => person.addTask({ title: "x" }),
};

let texts = 0;

const scalars: Record<string, unknown> = {
  Int: 7,
  Boolean: true,
  Date: "2026-11-21",
  LocalTime: "09:30",
  DateTime: new Date(Date.now() + 60_000).toISOString(),
};

/** @returns a value of a type that is nobody's default */
function sampleOf(type: GraphQLInputType, name: string): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [sampleOf(nullable.ofType, name)];
  if (isEnumType(nullable)) return nullable.getValues().at(-1)?.name;
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields());
    return Object.fromEntries(fields.map((field) => [field.name, sampleOf(field.type, field.name)]));
  }
  if (name === "timeZone") return "Europe/Berlin";
  const value = String(nullable) === "String" ? `sent.${texts++}@example.com` : scalars[String(nullable)];
  if (value === undefined) throw new Error(`there is no sample of ${type} for ${name}`);
  return value;
}

/** The mutations that take an input, with the field of their payload that says what has become of it, if there is any. */
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
  const argument = field.args.find(({ name, type }) => name === "input" && String(type).endsWith("!"));
  const input = argument && getNamedType(argument.type);
  const answer = getNamedType(field.type);
  const members = isUnionType(answer) ? answer.getTypes() : [];
  const payload = members.find(({ name }) => name.endsWith("Payload"));
  if (!isInputObjectType(input) || !isObjectType(payload)) return [];
  const node = Object.values(payload.getFields()).find(({ type }) => isNodeType(getNamedType(type)));
  const nodeType = node && getNamedType(node.type);
  const echoes = isObjectType(nodeType) ? Object.keys(nodeType.getFields()) : [];
  const keys = Object.values(input.getFields()).map(({ name, type }) => {
    const place = `${input.name}.${name}`;
    return { name, type, place, isEchoed: echoes.includes(name) && !(place in withoutEcho) };
  });
  return [{ name: field.name, input, payload, node, nodeType, keys }];
});

describe("an input", () => {
  it("has no key that is looked at by nobody", () => {
    const silent = mutations.flatMap(({ keys }) => keys.filter(({ isEchoed }) => !isEchoed));
    expect(silent.map(({ place }) => place).sort()).toEqual(Object.keys(withoutEcho).sort());
  });

  it.each(mutations.filter(({ keys }) => keys.some(({ isEchoed }) => isEchoed)))(
    "of $name is read back as it was sent, key by key",
    async ({ name, input, payload, node, nodeType, keys }) => {
      const person = await signUp(server);
      const sent: Record<string, unknown> = {};
      for (const { name, type, place } of keys) {
        const make = withoutEcho[place] ?? given[place];
        sent[name] = make ? await make(person) : sampleOf(type, name);
      }
      const echo = `${node?.name} { ${allFieldsOf(nodeType?.name ?? "")} }`;
      const { [name]: answer } = await person.data(
        `mutation ($input: ${input.name}!) { ${name}(input: $input) {
          __typename ... on ${payload.name} { ${echo} } ... on Error { message } } }`,
        { input: sent },
      );
      expect(answer).toMatchObject({ __typename: payload.name });
      const echoed = keys.filter(({ isEchoed }) => isEchoed).map(({ name }) => [name, sent[name]]);
      expect(answer[node?.name ?? ""]).toMatchObject(Object.fromEntries(echoed));
    },
  );
});

describe("a filter of tasks", () => {
  const filter = schema.getType("TaskFilter");
  const keys = isInputObjectType(filter) ? Object.values(filter.getFields()) : [];

  it.each(keys)("by $name leaves out what is not so", async ({ name, type }) => {
    const ben = await signUp(server, `ben-${name}`.toLowerCase());
    await ben.addTask({ title: "plain" });
    const query = "query ($filter: TaskFilter) { tasks(filter: $filter) { totalCount } }";
    expect((await ben.data(query, { filter: {} })).tasks.totalCount).toBe(1);
    const { tasks } = await ben.data(query, { filter: { [name]: sampleOf(type, name) } });
    expect(tasks.totalCount).toBe(0);
  });
});
