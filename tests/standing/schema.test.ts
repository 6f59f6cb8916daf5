import { readFile } from "node:fs/promises";
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { printedSchema } from "../../src/tools/print-schema.ts";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");
const contract = buildSchema(await read("contract.graphql"));

const ownTypes = (of: GraphQLSchema) =>
  Object.values(of.getTypeMap()).filter(
    (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
  );

/** Everything a type promises to those who use it, one line a promise. */
function promisesOf(type: GraphQLNamedType): string[] {
  const kind = `${type.constructor.name} ${type.name}`;
  if (isUnionType(type)) return [kind, ...type.getTypes().map((member) => `${type.name} has ${member.name}`)];
  if (isEnumType(type)) return [kind, ...type.getValues().map((value) => `${type.name}.${value.name}`)];
  if (isInputObjectType(type)) {
    return [
      kind,
      ...Object.values(type.getFields()).map((field) => `${type.name}.${field.name}: ${field.type}`),
    ];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [kind];
  const fields = Object.values(type.getFields()).flatMap((field) => [
    `${type.name}.${field.name}: ${field.type}`,
    ...field.args.map((arg) => `${type.name}.${field.name}(${arg.name}: ${arg.type})`),
  ]);
  return [kind, ...type.getInterfaces().map((face) => `${type.name} is ${face.name}`), ...fields];
}

/** A type's parts that have a name and a description, the type itself among them. */
function elementsOf(type: GraphQLNamedType) {
  const values = isEnumType(type) ? type.getValues() : [];
  const fields = "getFields" in type ? Object.values(type.getFields()) : [];
  const args = fields.flatMap((field) => ("args" in field ? field.args : []));
  return [type, ...values, ...fields, ...args].map(({ name, description }) => ({
    type: type.name,
    name,
    description,
  }));
}

describe("the public schema", () => {
  it("is the one in schema.graphql; after a change, npm run schema writes it", async () => {
    expect(printedSchema()).toBe(await read("../../schema.graphql"));
  });

  it("holds everything that the contract with outside clients promises, to the letter", () => {
    const kept = new Set(ownTypes(schema).flatMap(promisesOf));
    const promised = ownTypes(contract).flatMap(promisesOf);
    expect(promised.length).toBeGreaterThan(120);
    expect(promised.filter((promise) => !kept.has(promise))).toEqual([]);
  });

  it("breaks no document that the contract lets a client write", () => {
    expect(findBreakingChanges(contract, schema)).toEqual([]);
    // What the schema holds beyond the contract would be missed the other way round.
    expect(findBreakingChanges(schema, contract)).not.toEqual([]);
  });

  it("describes every element, and does more than repeat its name", () => {
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z]|\b(the|a|an)\b/g, "");
    const elements = ownTypes(schema).flatMap(elementsOf);
    const silent = elements.filter(
      ({ name, description }) => letters(description ?? "").replace(letters(name), "").length < 3,
    );
    expect(elements.length).toBeGreaterThan(100);
    expect(silent).toEqual([]);
  });
});

describe("a mutation", () => {
  /** What has nothing to be told, or is refused in no way that a caller could mend: see the errors' table. */
  const plain = new Set(["logout", "refresh", "revokeOtherSessions"]);
  /** What is about the viewer alone. */
  const withoutInput = new Set(["requestEmailVerification"]);
  const all = Object.values(schema.getMutationType()?.getFields() ?? {});
  const mutations = all.filter(({ name }) => !plain.has(name));

  it.each(mutations.map((field) => [field.name, field] as const))(
    "named %s takes one input and answers a union",
    (name, field) => {
      const noun = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const args = withoutInput.has(name) ? [] : [`input: ${noun}Input!`];
      expect(field.args.map((arg) => `${arg.name}: ${arg.type}`)).toEqual(args);
      expect(String(field.type)).toBe(`${noun}Result!`);
      const union = getNamedType(field.type);
      const members = isUnionType(union) ? [...union.getTypes()] : [];
      expect(members.filter((member) => member.name.endsWith("Payload"))).toHaveLength(1);
      for (const member of members.filter(({ name }) => !name.endsWith("Payload"))) {
        expect(member.name).toMatch(/Error$/);
        expect(member.getInterfaces().map(String)).toEqual(["Error"]);
      }
    },
  );
});
