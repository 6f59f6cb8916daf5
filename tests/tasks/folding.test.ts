import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareTasks, isMatch, type SortableTask } from "../../client/src/graphql/task-order.ts";
import { compareFolded, foldText, foldTitle } from "../../src/rules/folding.ts";
import { signUp } from "../helpers/people.ts";
import { seed } from "../helpers/seed.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { naughtyStrings } from "./naughty-strings.ts";
import { titlesInAllScripts, words } from "./scripts.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

const titles = [...Object.values(words).flat(), ...titlesInAllScripts(seed, 60)];

describe("a folded text", () => {
  it.each([
    ["Łódź", "lodz"],
    ["ŁÓDŹ", "lodz"],
    ["Đà Nẵng", "da nang"],
    ["Øl Ħal ıI", "ol hal ii"],
    ["Straße STRASSE", "strasse strasse"],
    ["Æsir œuvre", "aesir oeuvre"],
    ["Þór Ŋ ĸ ſ ð", "thor n q s d"],
    ["οδός ΟΔΟΣ", "οδοσ οδοσ"],
    ["שָׁלוֹם", "שלום"],
    ["مُحَمَّد", "محمد"],
    ["soft\u00adhyphen❤\ufe0f", "softhyphen❤"],
    ["ﬁle Ａ", "file a"],
  ])("%s counts as %s", (text, folded) => expect(foldText(text)).toBe(folded));

  it.each(["कि", "กี", "ก้า", "தமிழ்", "한글"])("keeps what is a letter of its script: %s", (text) => {
    expect(foldText(text)).toBe(text);
  });

  it("stays the same when it is folded again, as cursors from before are", () => {
    for (const text of [...titles, ...naughtyStrings, "ﷺ".repeat(300)]) {
      expect(foldText(foldText(text)), text).toBe(foldText(text));
      expect(foldTitle(foldTitle(text)), text).toBe(foldTitle(text));
    }
  });

  it("grows no further than four times, of a long text", () => {
    expect(foldText("ﷺ".repeat(50))).toBe("صلى الله عليه وسلم".repeat(50));
    expect(foldText("ﷺ".repeat(20_000))).toBe("صلى الله عليه وسلم".repeat(20_000).slice(0, 81_000));
    for (const letter of ["ᾂ", "각", "ΐ", "ß", "ﬃ", "𝔸"])
      expect(foldText(letter.repeat(20_000)), letter).toBe(foldText(letter).repeat(20_000));
  });

  it("takes no longer for a heap of marks", () => {
    const since = performance.now();
    for (const mark of ["\u0301", "\u0323\u0301", "\u05b0", "\u0e48"]) foldText(`a${mark.repeat(50_000)}`);
    expect(performance.now() - since).toBeLessThan(2000);
  });

  it("has Latin letters where the root collation has them, as far as that takes them for those of ASCII", () => {
    const collator = new Intl.Collator("und", { sensitivity: "base" });
    const letters: string[] = [];
    for (let code = 0x80; code < 0x2_0000; code++) {
      const letter = String.fromCodePoint(code);
      if (/[\p{Script=Latin}&&\p{L}]/v.test(letter)) letters.push(letter);
    }
    const alphabet = [..."abcdefghijklmnopqrstuvwxyz"];
    const equal = alphabet.flatMap((plain) =>
      letters.filter((letter) => collator.compare(letter, plain) === 0).map((letter) => [letter, plain]),
    );
    expect(equal.length).toBeGreaterThan(600);
    const others = equal.filter(([letter = "", plain]) => foldText(letter) !== plain);
    // Catalan's middle dot is a character of its own here.
    expect(others.map(([letter]) => letter)).toEqual(["Ŀ", "ŀ"]);
    // Of the others, letters of their own, those that CLDR writes with the letter that the collation has them after.
    const folded = letters.filter((letter) => /^[a-z]/.test(foldText(letter)));
    const near = folded.filter((letter) => {
      const plain = foldText(letter).charAt(0);
      return collator.compare(letter, plain) >= 0 && collator.compare(letter, nextOf(plain)) < 0;
    });
    expect(near.length / folded.length).toBeGreaterThan(0.97);
  });
});

const nextOf = (plain: string) => (plain === "z" ? "α" : String.fromCharCode(plain.charCodeAt(0) + 1));

describe(`over HTTP, titles in twenty scripts (TEST_SEED=${seed})`, () => {
  let server: TestServer;
  let api: TaskApi;
  let tasks: SortableTask[];

  beforeAll(async () => {
    server = await startServer();
    api = createTaskApi(await signUp(server));
    for (const title of titles) await api.add({ title });
    tasks = await all({ field: "CREATED_AT", direction: "ASC" });
  });
  afterAll(() => server.close());

  async function all(orderBy: object): Promise<SortableTask[]> {
    const found: SortableTask[] = [];
    for (let after: string | null = null; ; ) {
      const { edges, pageInfo } = await api.list({ first: 100, after, orderBy });
      found.push(...edges.map(({ node }) => node));
      if (!pageInfo.hasNextPage) return found;
      after = pageInfo.endCursor;
    }
  }

  it("are sorted as the web client sorts them, each pair of them", async () => {
    for (const direction of ["ASC", "DESC"] as const) {
      const order = { field: "TITLE", direction } as const;
      const sorted = await all(order);
      expect(sorted).toHaveLength(titles.length);
      for (const [index, task] of sorted.entries()) {
        for (const later of sorted.slice(index + 1)) {
          const byKey = compareFolded(foldTitle(task.title), foldTitle(later.title));
          // Equal ones follow their creation, of which the client knows milliseconds.
          if (byKey === 0) expect(compareTasks(task, later, order)).toBeLessThanOrEqual(0);
          else expect(compareTasks(task, later, order), `${task.title}, ${later.title}`).toBeLessThan(0);
        }
      }
    }
  });

  it("are found as the web client finds them", async () => {
    for (const search of [
      ...Object.values(words).flat(),
      "lodz",
      "STRASSE",
      "da nang",
      "ол",
      "한",
      "\u0301",
    ]) {
      const found = await api.titles({ filter: { search } });
      const page = tasks.filter((task) => isMatch(task, { search })).toReversed();
      expect(found, search).toEqual(page.slice(0, 100).map(({ title }) => title));
    }
    expect(await api.titles({ filter: { search: "lodz" } })).toContain("Łódź");
    expect(await api.titles({ filter: { search: "strasse" } })).toContain("Straße");
  });

  it("go on after a cursor from before the rule changed", async () => {
    const { edges } = await api.list({ first: 100, orderBy: { field: "TITLE", direction: "ASC" } });
    const at = edges.findIndex(({ node }) => node.title === "Łódź");
    const cursor = edges[at]?.cursor ?? "";
    const old = Buffer.from(Buffer.from(cursor, "base64url").toString().replace('"lodz"', '"łodz"')).toString(
      "base64url",
    );
    expect(old).not.toBe(cursor);
    const next = await api.titles({ first: 3, after: old, orderBy: { field: "TITLE", direction: "ASC" } });
    expect(next).toEqual(edges.slice(at + 1, at + 4).map(({ node }) => node.title));
  });
});
