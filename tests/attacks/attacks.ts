import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @returns the names of all attacks: of the files here that export one */
export function findAttacks(): string[] {
  const names = readdirSync(import.meta.dirname).filter((name) =>
    /^export const attack: Attack = /m.test(readFileSync(join(import.meta.dirname, name), "utf8")),
  );
  return names.map((name) => name.replace(/\.ts$/, "")).sort();
}
