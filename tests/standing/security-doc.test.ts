import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const text = read("docs/security.md");

/** What is between a heading and the next of its level. */
function sectionOf(heading: string): string {
  const level = /^#+/.exec(heading)?.[0] ?? "";
  const [, section = ""] = text.split(`\n${heading}\n`);
  return section.split(new RegExp(`\n${level} `))[0] ?? "";
}

const cellsOf = (line: string) => line.slice(2, -2).split(" | ");

/** The cells of the tables' rows that begin with a number. */
function rowsOf(section: string): string[][] {
  const lines = section.split("\n").filter((line) => /^\| [\d.]+ \|/.test(line));
  return lines.map(cellsOf);
}

/** What a table says of a test: its file, and numbers of checks or titles in it. */
type Claim = { file: string; checks: number[]; titles: string[] };

/** @returns null for a cell that says anything else */
function readClaims(cell: string): Claim[] | null {
  const claim = /`([\w/-]+)`((?:,? (?:check \d+|"[^"]+"))+)(?:; |$)/y;
  const claims: Claim[] = [];
  while (claim.lastIndex < cell.length) {
    const [, name = "", parts = ""] = claim.exec(cell) ?? [];
    if (name === "") return null;
    const found = [...parts.matchAll(/check (\d+)|"([^"]+)"/g)];
    const checks = found.flatMap(([, check]) => (check === undefined ? [] : [Number(check)]));
    const titles = found.flatMap(([, , title]) => title ?? []);
    claims.push({ file: `tests/${name}.test.ts`, checks, titles });
  }
  return claims;
}

/** The texts in a test's file, and in those of its folder that it takes its cases from. */
function textsIn(file: string): string[] {
  if (!existsSync(new URL(file, root))) return [];
  const own = read(file);
  const folder = file.slice(0, file.lastIndexOf("/"));
  const imported = [...own.matchAll(/from "\.\/([\w-]+\.ts)"/g)].map(([, name]) => `${folder}/${name}`);
  const others = imported.filter((path) => existsSync(new URL(path, root))).map(read);
  const quoted = /"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\\n]|\\.)*)`/g;
  return [own, ...others].flatMap((code) =>
    [...code.matchAll(quoted)].map(([, plain, template]) => plain ?? template ?? ""),
  );
}

function checksIn(texts: string[]): Set<number> {
  const lists = texts.flatMap((title) => title.match(/\bchecks? \d+(?:(?:, | and )\d+)*/g) ?? []);
  return new Set(lists.flatMap((list) => list.match(/\d+/g) ?? []).map(Number));
}

/** What of a claim is not so. */
function findFalse({ file, checks, titles }: Claim): string[] {
  const texts = textsIn(file);
  if (texts.length === 0) return [`${file} does not exist`];
  const known = checksIn(texts);
  return [
    ...checks.filter((check) => !known.has(check)).map((check) => `${file} has no check ${check}`),
    ...titles.filter((title) => !texts.includes(title)).map((title) => `${file} has no "${title}"`),
  ];
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** The levels of OWASP ASVS 5.0.0, row by row of each section, those of level 3 left out. */
const levels: Record<string, string> = {
  "1.1": "22",
  "1.2": "111112222",
  "1.3": "11222222222",
  "1.4": "222",
  "1.5": "12",
  "2.1": "122",
  "2.2": "112",
  "2.3": "1222",
  "2.4": "2",
  "3.2": "11",
  "3.3": "1222",
  "3.4": "112222",
  "3.5": "11122",
  "3.7": "22",
  "4.1": "122",
  "4.2": "2",
  "4.3": "22",
  "4.4": "1222",
  "5.1": "2",
  "5.2": "112",
  "5.3": "11",
  "5.4": "222",
  "6.1": "122",
  "6.2": "111111112222",
  "6.3": "1122",
  "6.4": "1122",
  "6.5": "22222",
  "6.6": "222",
  "6.8": "2222",
  "7.1": "222",
  "7.2": "1111",
  "7.3": "22",
  "7.4": "11222",
  "7.5": "22",
  "7.6": "22",
  "8.1": "12",
  "8.2": "112",
  "8.3": "1",
  "8.4": "2",
  "9.1": "111",
  "9.2": "1222",
  "10.1": "22",
  "10.2": "22",
  "10.3": "2222",
  "10.4": "11111222222",
  "10.5": "22222",
  "10.6": "22",
  "10.7": "222",
  "11.1": "22",
  "11.2": "222",
  "11.3": "112",
  "11.4": "1222",
  "11.5": "2",
  "11.6": "2",
  "12.1": "122",
  "12.2": "11",
  "12.3": "2222",
  "13.1": "2",
  "13.2": "22222",
  "13.3": "22",
  "13.4": "12222",
  "14.1": "22",
  "14.2": "1222",
  "14.3": "122",
  "15.1": "122",
  "15.2": "122",
  "15.3": "1222222",
  "16.1": "2",
  "16.2": "22222",
  "16.3": "2222",
  "16.4": "222",
  "16.5": "222",
  "17.1": "2",
  "17.2": "2222",
  "17.3": "22",
};

/** The rows that lists name before their colons, ranges written out. */
function listed(section: string): string[] {
  const names = [...section.matchAll(/^- ([\d.,\s-]+):/gm)].flatMap(([, list = ""]) => list.split(/,\s+/));
  return names.flatMap((name) => {
    const [first = "", last = first] = name.split("-");
    const [chapter, part, from] = first.split(".");
    const to = last.split(".").at(-1);
    return range(Number(from), Number(to)).map((row) => `${chapter}.${part}.${row}`);
  });
}

describe("docs/security.md", () => {
  const standard = sectionOf("## OWASP ASVS 5.0");
  const notMet = rowsOf(sectionOf("### Not met"));
  const held = rowsOf(standard).filter(([row]) => !notMet.some(([other]) => other === row));

  // Below the line under the table's head.
  const [, table = ""] = sectionOf("## What all share, and each one's share").split(
    "\n|---|---|---|---|---|\n",
  );
  const shares = table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map(cellsOf);

  it("says of each thing that all share how much there is, whose it is and what happens beyond", () => {
    expect(shares.length).toBeGreaterThan(15);
    expect(shares.filter((row) => row.length !== 5 || row.includes(""))).toEqual([]);
  });

  it("has each requirement of levels 1 and 2 once, under its level", () => {
    const rows = Object.entries(levels).flatMap(([part, all]) =>
      [...all].map((level, index) => [`${part}.${index + 1}`, level]),
    );
    expect(rows).toHaveLength(253);
    const tables = [...held, ...notMet].map(([row, level]) => [row, level]);
    const lists = listed(standard).map((row) => [row, rows.find(([other]) => other === row)?.[1]]);
    expect([...tables, ...lists].map((row) => row.join()).sort()).toEqual(
      rows.map((row) => row.join()).sort(),
    );
  });

  it("names only tests that there are, with checks and titles that are in them", () => {
    const rows = [...held, ...rowsOf(sectionOf("## The checks")), ...shares];
    const cells = rows.map((row) => row.at(-1) ?? "");
    const claims = cells.filter((cell) => cell !== "–").map((cell) => ({ cell, claims: readClaims(cell) }));
    expect(claims.filter((row) => row.claims === null)).toEqual([]);
    expect(claims.length).toBeGreaterThan(150);
    expect(claims.flatMap((row) => (row.claims ?? []).flatMap(findFalse))).toEqual([]);
    const lists = standard.split("\n").filter((line) => line.startsWith("- ") || line.startsWith("  "));
    const asides = lists.join(" ").match(/`[\w-]+\/[\w-]+` "[^"]+"/g) ?? [];
    expect(asides.flatMap((aside) => readClaims(aside.replace(/ +/g, " ")) ?? []).flatMap(findFalse)).toEqual(
      [],
    );
  });

  it("has a row for each check, with a test that has its number", () => {
    const spans = [
      [1, 9],
      [11, 24],
      [26, 34],
      [46, 52],
      [54, 64],
      [66, 77],
      [79, 85],
      [87, 89],
      [92, 98],
    ];
    const absent = new Set([10, 53, 65, 78, 86, 90, 91]);
    const numbers = spans
      .flatMap(([from = 0, to = 0]) => range(from, to))
      .filter((number) => !absent.has(number));
    const rows = rowsOf(sectionOf("## The checks"));
    expect(rows.map(([number]) => Number(number))).toEqual(numbers);
    for (const [number, , cell = ""] of rows) {
      const named = readClaims(cell)?.flatMap(({ checks }) => checks);
      expect(named, `check ${number}`).toContain(Number(number));
    }
  });

  it("links to nothing that is not there", () => {
    const anchors = new Set(
      [...text.matchAll(/^#+ (.*)$/gm)].map(
        ([, heading = ""]) =>
          `#${heading
            .toLowerCase()
            .replace(/[^\w -]/g, "")
            .replaceAll(" ", "-")}`,
      ),
    );
    const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    const missing = targets.filter((target) => {
      if (target.startsWith("https://")) return false;
      if (target.startsWith("#")) return !anchors.has(target);
      return !existsSync(new URL(target.split("#")[0] ?? "", new URL("docs/", root)));
    });
    expect(targets.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
    const paths = [...text.matchAll(/(?<![\w./-])((?:src|tests|docs)\/[\w./-]*\w)/g)].map(
      ([, path]) => path ?? "",
    );
    expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});
