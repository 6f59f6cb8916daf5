import { describe, expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { startServer } from "../helpers/server.ts";
import { describeMatrix } from "./matrix.ts";
import { credentials, cursorPlaces, namelessTypes, places, texts, uses } from "./places.ts";

describe("every place that a caller can fill in", () => {
  const fillable = places.filter(({ type }) => !namelessTypes.has(type));
  const namesOf = (found: { place: string }[]) => found.map(({ place }) => place).sort();

  it("and that takes an id is in the matrix", () => {
    const ids = fillable.filter(({ type }) => type === "ID");
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
  /** What takes no id. */
  const others: Record<string, string> = {
    tasks: "{ tasks { totalCount } }",
    createTask: 'mutation { createTask(input: { title: "t" }) { __typename } }',
    sessions: "{ sessions { edges { cursor } } }",
    personalTokens: "{ personalTokens { edges { cursor } } }",
    securityEvents: "{ securityEvents { edges { cursor } } }",
    revokeOtherSessions: "mutation { revokeOtherSessions { revokedCount } }",
    createPersonalToken:
      'mutation { createPersonalToken(input: { name: "t", scopes: [], expiresAt: "2030-01-01T00:00:00Z" }) { __typename } }',
    updateProfile: 'mutation { updateProfile(input: { name: "t" }) { __typename } }',
    changeEmail: 'mutation { changeEmail(input: { email: "t", password: "t" }) { __typename } }',
    changePassword:
      'mutation { changePassword(input: { currentPassword: "t", newPassword: "t" }) { __typename } }',
    deleteAccount: 'mutation { deleteAccount(input: { password: "t" }) { __typename } }',
    verifyEmail: 'mutation { verifyEmail(input: { code: "t" }) { __typename } }',
    requestEmailVerification: "mutation { requestEmailVerification { __typename } }",
  };

  it("but signing up, logging in, what replaces that, and asking who one is needs a credential", async () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}));
    const named = Object.keys(uses).map((place) => place.split(/[.(]/)[1] ?? "");
    expect(new Set([...anonymous, ...Object.keys(others), ...named])).toEqual(new Set(fields));
    const server = await startServer();
    for (const document of Object.values(others)) {
      const answer = await server.graphql.send(document);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="ownlist"');
    }
    expect((await server.graphql.data("{ viewer { id } }")).viewer).toBeNull();
    await server.close();
  });
});

describeMatrix("The server as it is", startServer);
