import { expect, it } from "vitest";
import { builder } from "../../src/features/kit/builder.ts";
import { schema } from "../../src/features/schema.ts";

it("what a field takes of a personal token is with it in the schema", () => {
  const scopeOf = (field: string) =>
    ({ ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() })[field]?.extensions
      .scope;
  const scopes = ["tasks", "createTask", "updateProfile", "logout", "login", "server"].map(scopeOf);
  expect(scopes).toEqual(["tasks:read", "tasks:add", "session", "session", undefined, undefined]);
});

it("a scope below the root, where nobody looks for it, is none that a schema can be made with", () => {
  const extensions = { scope: "tasks:read" };
  const Child = builder.objectRef<object>("Child").implement({
    fields: (t) => ({ name: t.string({ extensions, resolve: () => "" }) }),
  });
  builder.queryField("child", (t) => t.field({ type: Child, resolve: () => ({}) }));
  expect(() => builder.toSchema()).toThrow("Child.name has a scope, and is not at the root");
});
