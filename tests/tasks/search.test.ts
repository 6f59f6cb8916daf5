import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;

const tasks = [
  { title: "Äpfel und ÖL kaufen", description: "beim BÄCKER, 2 Stück" },
  { title: "Straße kehren" },
  { title: "ΣΊΣΥΦΟΣ" },
  { title: "İstanbul'da ışık" },
  { title: "Ёлка и МЁД" },
  { title: "Cafe\u0301 decomposed" },
  { title: "Naïve composed" },
  { title: "J\u030c has no capital of its own" },
  { title: "100% sure" },
  { title: "100 percent sure" },
  { title: "snake_case" },
  { title: "snakeXcase" },
  { title: "back\\slash" },
  { title: 'a "quoted" word' },
  { title: "it's" },
  { title: "short", description: "the long story is told here" },
  { title: "😀 smile", description: "日本語の説明" },
  { title: "ﬁne ǅ µ ﬃ Ω" },
];

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
  for (const input of tasks) await api.add(input);
});
afterAll(() => server.close());

const find = async (search: string) => (await api.titles({ filter: { search } })).sort();

describe("search", () => {
  it.each([
    ["äpfel", "Äpfel und ÖL kaufen"],
    ["ÄPFEL öl", "Äpfel und ÖL kaufen"],
    ["a\u0308pfel", "Äpfel und ÖL kaufen"],
    ["pfe", "Äpfel und ÖL kaufen"],
    ["STRASSE", "Straße kehren"],
    ["STRAẞE", "Straße kehren"],
    ["straße", "Straße kehren"],
    ["σίσυφος", "ΣΊΣΥΦΟΣ"],
    ["Σίσυφοσ", "ΣΊΣΥΦΟΣ"],
    ["σισυ\u0301φος".replace("σισυ\u0301", "σι\u0301συ"), "ΣΊΣΥΦΟΣ"],
    ["istanbul", "İstanbul'da ışık"],
    ["ISTANBUL", "İstanbul'da ışık"],
    ["İSTANBUL", "İstanbul'da ışık"],
    ["IŞIK", "İstanbul'da ışık"],
    ["ёлка мёд", "Ёлка и МЁД"],
    ["CAFÉ", "Cafe\u0301 decomposed"],
    ["nai\u0308ve", "Naïve composed"],
    ["ǰ", "J\u030c has no capital of its own"],
    ["FINE", "ﬁne ǅ µ ﬃ Ω"],
    ["Ǆ", "ﬁne ǅ µ ﬃ Ω"],
    ["Μ", "ﬁne ǅ µ ﬃ Ω"],
    ["ω", "ﬁne ǅ µ ﬃ Ω"],
  ])("finds in any case of any script: %s", async (search, title) => {
    expect(await find(search)).toEqual([title]);
  });

  it.each([
    ["100%", ["100% sure"]],
    ["%", ["100% sure"]],
    ["snake_case", ["snake_case"]],
    ["_", ["snake_case"]],
    ["\\", ["back\\slash"]],
    ["k\\s", ["back\\slash"]],
    ['"quoted"', ['a "quoted" word']],
    ["it's", ["it's"]],
    ["'", ["it's", "İstanbul'da ışık"]],
    ["😀", ["😀 smile"]],
    ["*", []],
    ["?", []],
    ["^", []],
    ["[a-z]", []],
    ["sure|snake", []],
    ["%%", []],
    ["\\\\", []],
    ["\\%", []],
  ])("check 85: takes every character as itself: %s", async (search, titles) => {
    expect(await find(search)).toEqual([...titles].sort());
  });

  it.each([
    ["short story", ["short"]],
    ["story short", ["short"]],
    ["long told", ["short"]],
    ["bäcker äpfel", ["Äpfel und ÖL kaufen"]],
    ["説明", ["😀 smile"]],
    ["short äpfel", []],
    ["  short \t\n\u3000 story  ", ["short"]],
    ["short short SHORT", ["short"]],
  ])("finds all of several words, wherever in title and description each is: %s", async (search, titles) => {
    expect(await find(search)).toEqual(titles);
  });

  it.each(["", "   ", "\t\n\u2028\u3000"])("for nothing finds everything: %j", async (search) => {
    expect(await find(search)).toHaveLength(tasks.length);
  });

  const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(" ");

  it.each([
    ["500 letters", "x".repeat(500)],
    ["500 emoji", "😀".repeat(500)],
    ["16 words", words(16)],
    ["a pattern that is slow to match", `${"%_".repeat(249)}x`],
  ])("takes %s", async (_case, search) => {
    expect(await find(search)).toEqual([]);
  });

  it.each([
    ["501 letters", "x".repeat(501)],
    ["501 emoji", "😀".repeat(501)],
    ["17 words", words(17)],
    ["90,000 letters", "x".repeat(90_000)],
    ["NUL", "a\0b"],
    ["NUL alone", "\0"],
    ["half a surrogate pair", "\ud83d"],
  ])("check 77: refuses %s in words, naming the search", async (_case, search) => {
    const answer = await person.send("query ($s: String) { tasks(filter: { search: $s }) { totalCount } }", {
      s: search,
    });
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
    expect(answer.errors?.[0]?.message).toMatch(/^search /);
  });

  it("asks the database for the longest word first, and for none that is a part of another", async () => {
    const [sent] = (await server.queries(() => find("ÄPFEL a kaufen pfe und apfel"))).filter(({ text }) =>
      text.includes("LIKE"),
    );
    expect(sent?.values.slice(0, 6)).toEqual(["kaufen", "kaufen", "apfel", "apfel", "und", "und"]);
  });

  it("does not find what is said only in what the server makes of a task", async () => {
    for (const search of ["none", "false", "2026", "null", "utc"]) expect(await find(search)).toEqual([]);
  });
});
