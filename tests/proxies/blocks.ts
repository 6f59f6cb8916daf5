import { readFileSync } from "node:fs";

const path = new URL("../../docs/self-hosting.md", import.meta.url);

/** The fenced blocks of a language in docs/self-hosting.md, in their order. */
export function readBlocks(language: string): string[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, written]) => written === language)
    .map(([, , block = ""]) => block);
}

/** Puts something else in the place of each text, each of which has to be there. */
export function replaceIn(block: string, changes: Record<string, string>): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`there is no ${from} in\n${text}`);
    return text.replaceAll(from, to);
  }, block);
}
