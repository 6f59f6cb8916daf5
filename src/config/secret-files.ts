import { settings } from "./settings.ts";
import { readTextFile } from "./text-file.ts";

type Source = Record<string, string | undefined>;
type Reading = { value: string } | { problem: string };

/**
 * Reads the files that stand for variables: NAME_FILE may name one for each that holds a secret.
 *
 * @param given the variables that are set
 * @returns the same with the values of the files, and what is wrong with those, without a word of their content
 */
export function readFiles(given: Source): { values: Source; problems: string[] } {
  const values = { ...given };
  const problems: string[] = [];
  for (const { name, isSecret } of settings) {
    const path = given[`${name}_FILE`];
    if (isSecret !== true || path === undefined) continue;
    const reading = given[name] === undefined ? readValue(path) : { problem: `and ${name} is set as well` };
    if ("value" in reading) values[name] = reading.value;
    else problems.push(`${name}_FILE is ${JSON.stringify(path)}, ${reading.problem}.`);
  }
  return { values, problems };
}

function readValue(path: string): Reading {
  const file = readTextFile(path);
  if ("problem" in file) return { problem: `which ${file.problem}` };
  return file.text === "" ? { problem: "which is empty" } : { value: file.text };
}
