import { expect, it } from "vitest";
import { schema } from "../../src/features/schema.ts";
import { encodeId } from "../../src/schema/ids.ts";
import { answerByExecute } from "./plans/answers.ts";

const someone = "01890000-0000-7000-8000-0000000000ff";

const query = `query ($ids: [ID!]!, $id: ID!) {
  nodes(ids: $ids) { id }
  node(id: $id) { __typename }
}`;

it.each(["Session", "PersonalToken", "SecurityEvent", "Task", "User"])(
  "a %s that two fields wait for is what it is for whichever gets it first",
  async (type) => {
    const later = <T>(value: T) => new Promise<T>((resolve) => void setImmediate(() => resolve(value)));
    const row = () => ({ id: someone, expiresAt: new Date(9e12) });
    const table = { findMany: () => later([row()]), findUnique: () => later(row()) };
    const names = ["session", "personalToken", "securityEvent", "task"];
    const db = { viewerId: someone, ...Object.fromEntries(names.map((name) => [name, table])) };
    const context = () => ({ viewer: { ...row(), sessionId: someone }, db, now: () => new Date(0) });
    const id = encodeId(type, someone);
    const answer = await answerByExecute({ schema, query, variables: { ids: [id], id }, context });
    expect(JSON.parse(answer)).toEqual({ data: { nodes: [{ id }], node: { __typename: type } } });
  },
);
