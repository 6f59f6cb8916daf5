import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import type { BoundPool } from "./bound-pool.ts";

/**
 * Prisma for signing up, logging in and housekeeping: inside `bound` it reaches what the binding names, and outside
 * nothing. No resolver gets to see it.
 */
export type Db = PrismaClient;

/** Distinct statements that are kept prepared on each connection; what comes later is planned each time. */
const maxStatements = 1000;

/** Names statements by their text, since the adapter prepares only what has a name. */
function createStatementNames() {
  const names = new Map<string, string>();
  return ({ sql }: { sql: string }) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= maxStatements) return known as string;
    const name = createHash("sha256").update(sql).digest("base64url");
    names.set(sql, name);
    return name;
  };
}

export function createDb({ forPrisma }: BoundPool): Db {
  const options = { statementNameGenerator: createStatementNames() };
  return new PrismaClient({ adapter: new PrismaPg(forPrisma, options), errorFormat: "minimal" });
}
