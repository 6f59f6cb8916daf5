import { Visitor } from "vite";
import { expect, it } from "vitest";
import { parseSource, readSources, type Source } from "./sources.ts";

// What fails for a choice that was made by chance has to fail again for whoever looks at it.

/** Draws the seed itself, and prints it. */
const drawing = "tests/fuzz/run.ts";

/** Where a test chooses by chance without the seed that the run has printed, one line each. */
function findUnseeded({ path, text, program, imports }: Source): string[] {
  const found: string[] = [];
  const add = (what: string, { start }: { start: number }) =>
    found.push(`${path}:${text.slice(0, start).split("\n").length} ${what}`);
  const checker = imports.find(({ from }) => from === "fast-check")?.locals[0];
  const hasSeed = (options: string) => /\bseed\b/.test(options);
  if (imports.some(({ from, names }) => from === "node:crypto" && names.includes("randomInt")))
    found.push(`${path} draws numbers`);
  // PostgreSQL's; gen_random_uuid() makes names.
  const sql = /(?<!\w)(?:random|setseed)\(/;
  new Visitor({
    MemberExpression({ object, property, start }) {
      const isMath = object.type === "Identifier" && object.name === "Math";
      if (isMath && text.slice(property.start, property.end).includes("random"))
        add("Math.random", { start });
    },
    CallExpression({ callee, arguments: [, options], start }) {
      if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return;
      const [name, isRun] = [
        text.slice(callee.property.start, callee.property.end),
        callee.object.name === checker,
      ];
      if (!isRun || !/^(?:assert|check|sample|statistics)$/.test(name)) return;
      if (!options || !hasSeed(text.slice(options.start, options.end)))
        add(`fast-check's ${name}`, { start });
    },
    Literal: (node) => typeof node.value === "string" && sql.test(node.value) && add("random()", node),
    TemplateElement: (node) => sql.test(node.value.raw) && add("random()", node),
  }).visit(program);
  return found;
}

it("every random choice in a test comes from the seed that the run prints", () => {
  const sources = readSources("tests").filter(({ path }) => path !== drawing && !path.includes("/standing/"));
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.flatMap(findUnseeded)).toEqual([]);
});

it.each([
  "export const wait = () => sleep(Math.random() * 10);",
  'export const name = Math["random"]();',
  'import { randomInt } from "node:crypto";',
  'import fc from "fast-check"; fc.assert(property);',
  'import fc from "fast-check"; await fc.assert(property, { numRuns: 100 });',
  'import * as fastCheck from "fast-check"; fastCheck.sample(fastCheck.nat(), 5);',
  'export const one = "SELECT pid FROM pg_stat_activity ORDER BY random() LIMIT 1";',
  "export const nap = `SELECT pg_sleep(random() * $" + "{most})`;",
])("and other code would be refused: %s", (text) => {
  expect(findUnseeded(parseSource("tests/tasks/some.test.ts", text))).toHaveLength(1);
});
