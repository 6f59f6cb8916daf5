import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { orderFields } from "./seeded-list.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;
const cursors = new Map<string, string>();

const document = `query ($after: String, $before: String, $orderBy: TaskOrder, $first: Int, $last: Int) {
  tasks(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy) {
    edges { node { title } } pageInfo { hasNextPage hasPreviousPage } totalCount
  }
}`;
const by = (field: string) => ({ field, direction: "ASC" });
const cursorOf = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64url");
const someId = "01890000-0000-7000-8000-000000000000";

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
  for (let n = 0; n < 12; n++) {
    const due = n % 2 === 0 ? { date: `2026-11-${20 + (n % 3)}` } : null;
    await api.add({ title: `mine ${n % 4}`, due, priority: n % 3 === 0 ? "LOW" : "NONE" });
  }
  const other = createTaskApi(await signUp(server));
  for (let n = 0; n < 12; n++) await other.add({ title: `theirs ${n}` });
  for (const field of orderFields) {
    const [, , third] = (await api.list({ orderBy: by(field), first: 3 })).edges;
    cursors.set(field, third?.cursor ?? "");
  }
});
afterAll(() => server.close());

/** Sends a cursor both ways; it has to be refused, or to lead to the person's own tasks alone. */
async function sendCursor(cursor: string, field: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const page of [{ after: cursor }, { before: cursor, last: 100 }, { after: cursor, before: cursor }]) {
    const answer = await person.send(document, { ...page, orderBy: by(field) });
    statuses.push(answer.status);
    if (answer.status === 200) {
      expect(answer.text).not.toContain("theirs");
      expect(answer.data.tasks.totalCount).toBe(12);
    } else {
      expect({ cursor, status: answer.status }).toEqual({ cursor, status: 400 });
      const [error] = answer.errors ?? [];
      expect(error?.extensions).toEqual({ code: "BAD_USER_INPUT" });
      expect(error?.message).toMatch(/^(after|before) is not a cursor of this list in this order\./);
    }
  }
  return statuses;
}

const refused = [400, 400, 400];

describe("a cursor", () => {
  it("is opaque text that fits into an address as it is", () => {
    for (const cursor of cursors.values()) expect(cursor).toMatch(/^[\w-]+$/);
  });

  it("works in the other direction too, and with another filter", async () => {
    for (const field of orderFields) {
      const after = cursors.get(field);
      const rising = await api.list({ orderBy: by(field), after });
      const falling = await api.list({ orderBy: { field, direction: "DESC" }, before: after });
      const reversed = falling.edges.map(({ node }) => node.id).reverse();
      if (field !== "DUE") expect(rising.edges.map(({ node }) => node.id)).toEqual(reversed);
      const filtered = await api.list({ orderBy: by(field), after, filter: { priority: ["LOW"] } });
      const kept = rising.edges.filter(({ node }) => node.priority === "LOW");
      expect(filtered.edges).toEqual(kept);
    }
  });

  it("of another order is refused", async () => {
    for (const [made, cursor] of cursors) {
      for (const field of orderFields.filter((name) => name !== made)) {
        expect(await sendCursor(cursor, field)).toEqual(refused);
      }
    }
  });

  it.each([
    ["empty", ""],
    ["blank", " "],
    ["NUL", "\0"],
    ["no base64", "%%%"],
    ["a word", "cursor"],
    ["half a surrogate pair", "\ud83d"],
    ["40,000 letters", "A".repeat(40_000)],
    ["an id", Buffer.from(`Task:${someId}`).toString("base64")],
    ["SQL", "' OR 1=1; --"],
    ["a number", cursorOf(5)],
    ["null", cursorOf(null)],
    ["an object", cursorOf({ id: someId })],
    ["a list that is too short", cursorOf(["CREATED_AT", null])],
    ["a list that is too long", cursorOf(["CREATED_AT", null, someId, 1])],
    ["nesting", `${Buffer.from("[".repeat(25_000)).toString("base64url")}`],
    ["an id that is none", cursorOf(["CREATED_AT", null, "x"])],
    ["SQL for an id", cursorOf(["CREATED_AT", null, `${someId}' OR '1'='1`])],
    ["an operator for an id", cursorOf(["CREATED_AT", null, { not: someId }])],
    ["an operator for a name", cursorOf([{ not: "" }, null, someId])],
    ["a prototype for a name", cursorOf(["__proto__", null, someId])],
    ["a key where there is none", cursorOf(["CREATED_AT", "x", someId])],
  ])("checks 77 and 84: that is %s is refused", async (_case, cursor) => {
    expect(await sendCursor(cursor, "CREATED_AT")).toEqual(refused);
  });

  it.each([
    [
      "UPDATED_AT",
      [
        "x",
        null,
        5,
        "2026-11-21",
        "2026-02-30T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "+010000-01-01T00:00:00Z",
        { gt: "" },
        ["2026-11-21T00:00:00Z"],
        "2026-11-21T00:00:00+01:00",
        "infinity",
      ],
    ],
    [
      "DUE",
      ["x", 5, "2026-11-21T25:00:00Z", "0000-12-31T00:00:00Z", { not: null }, "'; SELECT pg_sleep(5); --"],
    ],
    ["PRIORITY", ["x", null, -1, 5, 1.5, 2 ** 31, 1e300, "1", { in: [1] }, true]],
    ["TITLE", [null, 5, "a\0b", "\ud83d", "x".repeat(1001), { contains: "" }, ["a"]]],
  ])("by %s with a key of another form is refused", async (field, keys) => {
    for (const key of keys) {
      const cursor = cursorOf([field, key, someId]);
      expect({ key, statuses: await sendCursor(cursor, field) }).toEqual({ key, statuses: refused });
    }
  });

  it.each([
    ["UPDATED_AT", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]],
    ["DUE", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", null]],
    ["PRIORITY", [0, 4]],
    ["TITLE", ["", "%", "'; DROP TABLE tasks; --", "x".repeat(1000), "\u{10ffff}"]],
  ])("by %s at the edge of what there can be leads nowhere else", async (field, keys) => {
    for (const key of keys) {
      for (const id of [
        someId,
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
      ]) {
        expect(await sendCursor(cursorOf([field, key, id]), field)).toEqual([200, 200, 200]);
      }
    }
  });

  it("cut short, lengthened or changed anywhere never makes an error of the server's", async () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant("cut" as const), at: fc.nat(90) }),
      fc.record({ kind: fc.constant("flip" as const), at: fc.nat(90), bit: fc.nat(7) }),
      fc.record({
        kind: fc.constant("insert" as const),
        at: fc.nat(90),
        text: fc.string({ unit: "binary" }),
      }),
    );
    const property = fc.asyncProperty(
      fc.constantFrom(...orderFields),
      change,
      fc.boolean(),
      async (field, edit, inside) => {
        const cursor = cursors.get(field) ?? "";
        const bytes = Buffer.from(cursor, inside ? "base64url" : "latin1");
        if (edit.kind === "flip" && edit.at < bytes.length)
          bytes[edit.at] = (bytes[edit.at] ?? 0) ^ (1 << edit.bit);
        const cut = edit.kind === "flip" ? bytes : bytes.subarray(0, edit.at);
        const added = edit.kind === "insert" ? [Buffer.from(edit.text), bytes.subarray(edit.at)] : [];
        const changed = Buffer.concat([cut, ...added]);
        await sendCursor(changed.toString(inside ? "base64url" : "latin1"), field);
      },
    );
    await fc.assert(property, { seed, numRuns: 100 });
  }, 60_000);
});
