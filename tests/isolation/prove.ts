import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { startVitest, type TestModule } from "vitest/node";
import type { Proof } from "./world.ts";

/**
 * `npm run prove:isolation`: runs all tests of isolation, with 100,000 answers of many users at once rather than the
 * few of every day, and writes docs/isolation.md from what they say. Ends with 1 when anything leaked or failed.
 */
const root = new URL("../../", import.meta.url).pathname;
const answersAtOnce = 100_000;

/** What the tests of a file try, for those without figures of their own. */
const subjects: Record<string, string> = {
  "tests/isolation/keys.test.ts":
    "Keys: references between users that the tables' owner tries to make in SQL",
  "tests/isolation/row-security.test.ts":
    "Policies: each verb on each table, bound to nobody and to somebody else",
  "tests/isolation/roles.test.ts": "Roles: what each may read, and how one might get out of it",
  "tests/isolation/binding.test.ts": "Bindings: statements, transactions and commits that fail",
  "tests/isolation/interrupted.test.ts":
    "Bindings under load: statements cancelled, backends killed, connections cut, answers late",
  "tests/isolation/lists.test.ts": "Lists: every order, filter and page beside others' tasks",
  "tests/isolation/viewer-db.test.ts": "Scope: what the code's own client can be asked for",
};

type Tally = { cases: number; failed: number; answers: number; leaks: number };

const newTally = (): Tally => ({ cases: 0, failed: 0, answers: 0, leaks: 0 });

type Report = { measured: Map<string, Tally>; others: Map<string, Tally>; postgres: Set<string> };

function countUp(modules: TestModule[]): Report {
  const report: Report = { measured: new Map(), others: new Map(), postgres: new Set() };
  for (const module of modules) {
    const file = relative(root, module.moduleId);
    for (const test of module.children.allTests()) {
      const proof: Proof | undefined = test.meta().proof;
      const [tallies, key] = proof ? [report.measured, proof.what] : [report.others, file];
      const tally = tallies.get(key) ?? newTally();
      tallies.set(key, tally);
      tally.cases++;
      if (test.result().state !== "passed") tally.failed++;
      tally.answers += proof?.answers ?? 0;
      tally.leaks += proof?.leaks ?? 0;
      if (proof) report.postgres.add(proof.postgres);
    }
  }
  return report;
}

const number = (value: number) => value.toLocaleString("en");

function sum(tallies: Iterable<Tally>): Tally {
  const total = newTally();
  for (const tally of tallies)
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  return total;
}

function write({ measured, others, postgres }: Report): string {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const total = sum(measured.values());
  const checks = Object.keys(subjects).map((file) => [file, others.get(file) ?? newTally()] as const);
  const rows = [...measured]
    .sort()
    .map(([what, { cases, answers, leaks }]) => `| ${what} | ${cases} | ${number(answers)} | ${leaks} |`);
  const checkRows = checks.map(
    ([file, { cases, failed }]) => `| ${subjects[file]} | [${file}](../${file}) | ${cases} | ${failed} |`,
  );
  return `# Isolation: what was tried

Written by \`npm run prove:isolation\`, with Ownlist ${version} on PostgreSQL ${[...postgres].join(", ")}. The figures are
those of the run; to have your own, run it again (some minutes, no set-up).

**${number(total.leaks)} leaks in ${number(total.answers)} answers.**

## Answers

Each user is kept from the others' things three times over: by the code, which asks for the viewer's rows alone; by keys
that can't point at another user's row; and by row-level security in the database, set for each single statement. The
matrix is made from the schema: every argument and input field that takes an id or a cursor, with another user's ids, with
ids of the same shape that there never were, with ids of another type, bare and mangled; as another user, signed out, with
a session that has ended, and with an account that is gone. Another user's id has to be answered as one that there never
was, byte for byte, and not a row may change. Two of its runs do without one of the fences, to see that the others hold.

| what | cases | answers | leaks |
|---|---:|---:|---:|
${rows.join("\n")}

Users at once share keep-alive connections and read and write all the time; some requests come signed out, with a broken
token, or hang up. Every answer is looked through for the names, titles and ids of all other users.

## Checks without an answer to look through

| what | where | cases | failed |
|---|---|---:|---:|
${checkRows.join("\n")}

## What this does not keep out

- Row-level security keeps a statement to the rows of the user that it is bound to. It is no fence against somebody who
  can write statements of their own: those could set another user. Ownlist sends no statement with a text from outside.
- A superuser of the database, or a role with BYPASSRLS, sees everything; so does who holds the data folder or a backup.
`;
}

process.env.BLEED_ANSWERS = String(answersAtOnce);
const vitest = await startVitest("test", ["tests/isolation"], {
  root,
  watch: false,
  project: ["server*"],
  reporters: ["default"],
});
const modules = vitest.state.getTestModules();
const report = countUp(modules);
const path = `${root}docs/isolation.md`;
writeFileSync(path, write(report));
const { cases, failed } = sum([...report.measured.values(), ...report.others.values()]);
const { answers, leaks } = sum(report.measured.values());
process.stdout.write(
  `${cases} cases, ${failed} failed; ${leaks} leaks in ${answers} answers. Wrote ${path}.\n`,
);
const isWhole = cases > 0 && modules.every((module) => module.state() === "passed");
await vitest.close();
process.exitCode = isWhole && failed === 0 && leaks === 0 ? 0 : 1;
