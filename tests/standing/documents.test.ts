import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listFiles } from "./sources.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const decisions = readdirSync(new URL("docs/decisions", root)).sort();

describe("a decision", () => {
  it("has the next number", () => {
    expect(decisions.map((name) => Number(name.slice(0, 3)))).toEqual(decisions.map((_, index) => index + 1));
  });

  it.each(decisions)("says context, decision and consequence in 40 lines: %s", (name) => {
    const text = read(`docs/decisions/${name}`);
    expect(name).toMatch(/^\d{3}(-[a-z0-9]+)+\.md$/);
    expect(text.match(/^#+ .*/gm)).toEqual([
      expect.stringMatching(`^# ${name.slice(0, 3)} .`),
      "## Context",
      "## Decision",
      "## Consequence",
    ]);
    expect(text.split("\n").length - 1).toBeLessThanOrEqual(40);
  });
});

describe("CONTRIBUTING.md", () => {
  const text = read("CONTRIBUTING.md");

  it("names only scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = [...text.matchAll(/npm run ([\w:]+)|`(check:\w+)`/g)].map(
      ([, script, check]) => script ?? check ?? "",
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it("names only files and folders that there are", () => {
    const named = [...text.matchAll(/(?<![\w./-])((?:src|tests|docs|client|prisma)\/[\w./-]*\w)/g)].map(
      ([, path]) => path ?? "",
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });
});

describe("a comment or a page", () => {
  const paths = ["src", "client/src", "tests", "bench", "prisma", "docs"].flatMap(listFiles);
  const texts = [...paths, ...readdirSync(root)].filter((path) => /\.(md|prisma|tsx?|cjs)$/.test(path));

  // What is in quotes is an import, or made by a test.
  const namedFiles = /(?<![\w./"'`*@-])[\w-]+(?:\/[\w-]+)+\.(?:tsx?|cjs|md|prisma)(?![\w/*"'`-]|\.\w)/g;
  const namedFolders =
    /(?<![\w./"'`*@-])(?:src|tests|docs|prisma|client\/src|bench)\/[\w./-]*\w(?![\w/*"'`-]|\.\w)/g;

  it("names only files that there are, from the root or by their last folders", () => {
    expect(texts.length).toBeGreaterThan(500);
    const isThere = (target: string) =>
      existsSync(new URL(target, root)) || paths.some((path) => path.endsWith(`/${target}`));
    const missing = texts.flatMap((path) =>
      [namedFiles, namedFolders]
        .flatMap((pattern) => read(path).match(pattern) ?? [])
        .filter((target) => !isThere(target))
        .map((target) => `${path} names ${target}`),
    );
    expect(missing).toEqual([]);
  });
});

function exists(path: string): boolean {
  const [, folder = "", name = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  return readdirSync(new URL(folder, root)).includes(name);
}
