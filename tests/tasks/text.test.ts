import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { naughtyStrings } from "./naughty-strings.ts";
import { createTaskApi, type TaskApi, wrongFields } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());

const repeat = (unit: string, codePoints: number) => unit.repeat(codePoints / [...unit].length);

describe("check 80: a title", () => {
  it.each([
    ["one letter", "x"],
    ["one emoji", "😀"],
    ["500 letters", repeat("a", 500)],
    ["500 emoji", repeat("😀", 500)],
    ["500 code points of combining marks", repeat("e\u0301", 500)],
    ["500 code points of joined emoji", repeat("👩\u200d🚀\u200d", 500)],
    ["500 letters of three bytes", repeat("漢", 500)],
  ])("may be %s", async (_case, title) => {
    const { id } = await api.add({ title });
    expect((await api.get(id))?.title).toBe(title);
    expect((await api.change({ id, title: `${title}` })).title).toBe(title);
  });

  it.each([
    ["501 letters", repeat("a", 501)],
    ["501 emoji", repeat("😀", 501)],
    ["502 code points of combining marks", repeat("e\u0301", 502)],
    ["20,000 letters", repeat("a", 20_000)],
    ["empty", ""],
    ["spaces", "   "],
    ["tabs and line breaks", "\t\r\n\u000b\u000c"],
    ["spaces from all over Unicode", "\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff"],
    ["characters of no width", "\u200b\u200c\u200d\u2060\ufeff"],
    ["signs for direction", "\u202a\u202c\u2066\u2069\u200e\u200f"],
    ["variation selectors", "\ufe0f\u{e0101}"],
    ["control characters", "\u0001\u0007\u001b\u007f\u0085"],
    ["a soft hyphen", "\u00ad"],
    ["a Hangul filler", "\u3164\u115f"],
  ])("may not be %s, neither new nor changed", async (_case, title) => {
    const { id, version } = await api.add({ title: "as it was" });
    for (const result of [await api.create({ title }), await api.update({ id, title })]) {
      expect(result.__typename).toBe("ValidationError");
      expect(wrongFields(result)).toEqual(["title"]);
    }
    expect(await api.get(id)).toMatchObject({ title: "as it was", version });
  });

  it("is trimmed, and counted only then; inside it stays as it is", async () => {
    const inner = `a  b\t\u00a0${repeat("c", 494)}`;
    const { title } = await api.add({ title: `\ufeff\u2028 \n${inner}\u3000\t  ` });
    expect(title).toBe(inner);
    expect([...title]).toHaveLength(500);
  });

  it.each(["a\0b", "\0", "a\0", "half \ud83d", "\ude00 half", "\ude00\ud83d"])(
    "check 77: is refused as the description is when it can't be stored: %j",
    async (text) => {
      for (const field of ["title", "description"]) {
        const result = await api.create({ title: "fine", [field]: text });
        expect(result.__typename).toBe("ValidationError");
        expect(wrongFields(result)).toContain(field);
      }
    },
  );
});

describe("check 80: a description", () => {
  it.each([
    ["empty", ""],
    ["only spaces, which it keeps", "  \n "],
    ["20,000 letters", repeat("d", 20_000)],
    ["20,000 emoji", repeat("😀", 20_000)],
    ["20,000 code points of combining marks", repeat("e\u0301", 20_000)],
  ])("may be %s", async (_case, description) => {
    const { id } = await api.add({ title: "described", description });
    expect((await api.get(id))?.description).toBe(description);
  });

  it.each([
    ["20,001 letters", repeat("d", 20_001)],
    ["20,001 emoji", repeat("😀", 20_001)],
  ])("may not be %s", async (_case, description) => {
    const { id } = await api.add({ title: "described", description: "before" });
    for (const result of [
      await api.create({ title: "t", description }),
      await api.update({ id, description }),
    ]) {
      expect(result.__typename).toBe("ValidationError");
      expect(wrongFields(result)).toEqual(["description"]);
    }
    expect((await api.get(id))?.description).toBe("before");
  });
});

describe("naughty strings", () => {
  it("checks 79 and 81: come back byte for byte, as title and as description, from the answer, the list and the database", async () => {
    expect(new Set(naughtyStrings).size).toBe(naughtyStrings.length);
    for (const text of naughtyStrings) {
      const title = text.trim();
      const task = await api.add({ title: text, description: text });
      const seen = (await api.list({ first: 1 })).edges[0]?.node;
      for (const read of [task, seen]) {
        expect(Buffer.from(read?.title ?? "")).toEqual(Buffer.from(title));
        expect(Buffer.from(read?.description ?? "")).toEqual(Buffer.from(text));
      }
    }
    const { rows } = await server.admin.query("SELECT description FROM tasks WHERE title = any($1)", [
      naughtyStrings.map((text) => text.trim()),
    ]);
    expect(new Set(rows.map((row) => row.description))).toEqual(new Set(naughtyStrings));
  });

  it("check 84: are found by searching for them, and nothing else breaks", async () => {
    for (const text of naughtyStrings) {
      const answer = await person.send(
        "query ($search: String) { tasks(first: 100, filter: { search: $search }) { edges { node { title } } } }",
        { search: text },
      );
      expect({ text, status: answer.status }).toEqual({ text, status: 200 });
      const titles = answer.data.tasks.edges.map((edge: { node: { title: string } }) => edge.node.title);
      expect(titles).toContain(text.trim());
    }
  });

  it("checks 83 and 84: are refused as an id without an error of the server's", async () => {
    for (const id of naughtyStrings) {
      const answer = await person.send("query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } }", {
        id,
      });
      expect(answer).toMatchObject({ status: 200, data: { task: null, node: null } });
    }
  });
});
