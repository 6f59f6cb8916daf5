import { describe, expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { operations, selectAll, writeOperation } from "../helpers/operations.ts";
import { startServer } from "../helpers/server.ts";
import { describeMatrix } from "./matrix.ts";
import { credentials, cursorPlaces, namelessTypes, places, texts, uses } from "./places.ts";

describe("every place that a caller can fill in", () => {
  const fillable = places.filter(({ type }) => !namelessTypes.has(type));
  const namesOf = (found: { place: string }[]) => found.map(({ place }) => place).sort();

  it("and that takes an id is in the matrix", () => {
    const ids = fillable.filter(({ type }) => type === "ID");
    expect(ids.length).toBeGreaterThan(6);
    expect(Object.keys(uses).sort()).toEqual(namesOf(ids));
  });

  it("and that takes a text is known to name no row, or is a cursor, which is in the matrix", () => {
    const others = fillable.filter(({ type }) => type !== "ID");
    expect([...texts, ...cursorPlaces, ...credentials].sort()).toEqual(namesOf(others));
    expect(namesOf(others).filter((place) => /\((after|before)\)$/.test(place))).toEqual(cursorPlaces);
  });
});

describe("every operation", () => {
  const anonymous = [
    "signup",
    "login",
    "refresh",
    "logout",
    "requestPasswordReset",
    "resetPassword",
    "server",
    "viewer",
  ];
  it("but signing up, logging in, what replaces that, and asking who one is needs a credential", async () => {
    const names = operations.map(({ field }) => field.name);
    expect(names).toEqual(expect.arrayContaining(anonymous));
    expect(schema.getSubscriptionType()).toBeUndefined();
    const server = await startServer();
    for (const operation of operations.filter(({ field }) => !anonymous.includes(field.name))) {
      const { document, variables } = writeOperation(operation, selectAll(operation.field.type, 0));
      const answer = await server.graphql.send(document, variables());
      expect({ document, status: answer.status }).toEqual({ document, status: 401 });
      expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="ownlist"');
    }
    expect((await server.graphql.data("{ viewer { id } }")).viewer).toBeNull();
    await server.close();
  });
});

describeMatrix("The server as it is", startServer);
