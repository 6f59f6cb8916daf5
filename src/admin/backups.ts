import {
  type Contents,
  checkBackup,
  type OnRows,
  restoreBackup,
  type Summed,
  takeBackup,
} from "./backup/service.ts";
import type { Command, CommandResult } from "./command.ts";
import { plural } from "./plural.ts";

/** Milliseconds between two lines about how far it is. */
const progressTime = 5000;

/** @returns what says how far it is, when that takes long */
function createProgress(say: (line: string) => void): OnRows {
  let last = Date.now();
  return (table, rows) => {
    if (Date.now() - last < progressTime) return;
    last = Date.now();
    say(`${plural(rows, "row")} of ${table} …`);
  };
}

const nouns: Record<string, string> = {
  users: "account",
  tasks: "task",
  sessions: "session",
  personal_tokens: "personal token",
};

/** The rows that people know the name of, most telling first. */
function inWords(tables: Summed[]): string {
  const parts = Object.entries(nouns).map(([name, noun]) =>
    plural(tables.find(({ table }) => table === name)?.rows ?? 0, noun),
  );
  const all = tables.reduce((sum, { rows }) => sum + rows, 0);
  return `${parts.join(", ")}; ${plural(all, "row")} in all`;
}

const rowsOf = (tables: Summed[]) => Object.fromEntries(tables.map(({ table, rows }) => [table, rows]));

/** Writes all there is to a file. */
export const backup: Command = async ({ findDatabase, onProgress, now }, { file, isForced }) => {
  const options = { now: now(), onRows: createProgress(onProgress) };
  const { tables, foreign } = await takeBackup(findDatabase, { path: file, isForced }, options);
  for (const name of foreign) onProgress(`The table ${name} is not Ownlist's and is not in the backup.`);
  const isStdoutTaken = file === "-";
  const line = `Wrote ${isStdoutTaken ? "a backup" : file}: ${inWords(tables)}.`;
  return { lines: [line], json: { file, createdAt: options.now, rows: rowsOf(tables) }, isStdoutTaken };
};

function report(verb: string, file: string, { header, tables }: Contents): CommandResult {
  const { createdAt } = header;
  const name = file === "-" ? "the backup" : file;
  const lines = [`${verb} ${name}, taken on ${createdAt}: ${inWords(tables)}.`];
  return { lines, json: { file, createdAt, rows: rowsOf(tables) } };
}

/** Reads a backup to its end. */
export const check: Command = async ({ onProgress }, { file }) =>
  report("Read all of", file, await checkBackup(file, createProgress(onProgress)));

/** Fills an empty database from a backup. */
export const restore: Command = async ({ findEmptyDatabase, onProgress }, { file }) =>
  report("Restored", file, await restoreBackup(file, findEmptyDatabase, createProgress(onProgress)));
