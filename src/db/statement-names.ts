import { createHash } from "node:crypto";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import { keptStatements } from "./prepared-names.ts";

const names = createBoundedCache<string>(keptStatements, () => 1);

/** @returns what a statement is prepared as: one name for each text */
export function nameOf(text: string): string {
  const name = names.get(text) ?? createHash("sha256").update(text).digest("base64url");
  names.set(text, name);
  return name;
}
