import { readFile } from "node:fs/promises";
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { printedSchema } from "../../src/print-schema.ts";
import { schema } from "../../src/schema.ts";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");

/** Everything a type promises to those who use it, one line a promise. */
function promisesOf(type: GraphQLNamedType): string[] {
  const kind = `${type.constructor.name} ${type.name}`;
  if (isUnionType(type)) return [kind, ...type.getTypes().map((member) => `${type.name} has ${member.name}`)];
  if (isEnumType(type)) return [kind, ...type.getValues().map((value) => `${type.name}.${value.name}`)];
  if (isInputObjectType(type)) {
    return [kind, ...Object.values(type.getFields()).map((field) => `${type.name}.${field.name}: ${field.type}`)];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [kind];
  const fields = Object.values(type.getFields()).flatMap((field) => [
    `${type.name}.${field.name}: ${field.type}`,
    ...field.args.map((arg) => `${type.name}.${field.name}(${arg.name}: ${arg.type})`),
  ]);
  return [kind, ...type.getInterfaces().map((face) => `${type.name} is ${face.name}`), ...fields];
}

const ownTypes = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));

describe("the public schema", () => {
  it("is the one in schema.graphql; after a change, npm run schema writes it", async () => {
    expect(printedSchema()).toBe(await read("../../schema.graphql"));
  });

  it("holds everything that the contract with outside clients promises", async () => {
    const contract = buildSchema(await read("contract.graphql"));
    const promised = Object.values(contract.getTypeMap())
      .filter((type) => !type.name.startsWith("__"))
      .flatMap(promisesOf);
    expect(promised.length).toBeGreaterThan(150);
    expect(promised.filter((promise) => !ownTypes.flatMap(promisesOf).includes(promise))).toEqual([]);
  });

  it("requires no argument or input field that the contract does not", async () => {
    const contract = buildSchema(await read("contract.graphql"));
    const required = (of: typeof schema) =>
      Object.values(of.getTypeMap()).flatMap((type) => {
        if (isInputObjectType(type)) {
          return Object.values(type.getFields()).filter((f) => String(f.type).endsWith("!")).map((f) => `${type.name}.${f.name}`);
        }
        if (!isObjectType(type) || type.name.startsWith("__")) return [];
        return Object.values(type.getFields()).flatMap((f) =>
          f.args.filter((arg) => String(arg.type).endsWith("!")).map((arg) => `${type.name}.${f.name}.${arg.name}`),
        );
      });
    const known = new Set(required(contract));
    const shared = new Set(Object.values(contract.getTypeMap()).flatMap(promisesOf).map((line) => line.split(/[(:]/)[0]));
    const added = required(schema).filter((name) => !known.has(name));
    expect(added.filter((name) => shared.has(name.split(".").slice(0, 2).join(".")))).toEqual([]);
  });

  it("describes every element, and does more than repeat its name", () => {
    const described = ownTypes.flatMap((type) => {
      const values = isEnumType(type) ? type.getValues() : [];
      const fields = "getFields" in type ? Object.values(type.getFields()) : [];
      const args = fields.flatMap((field) => ("args" in field ? field.args : []));
      return [type, ...values, ...fields, ...args].map((element) => ({
        name: element === type ? type.name : `${type.name}.${element.name}`,
        own: element.name,
        description: element.description ?? "",
      }));
    });
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z]|\b(the|a|an)\b/g, "");
    const empty = described.filter(({ own, description }) => letters(description).replace(letters(own), "").length < 3);
    expect(described.length).toBeGreaterThan(100);
    expect(empty.map(({ name }) => name)).toEqual([]);
  });
});
