import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import type { BoundPool } from "./bound-pool.ts";
import { keptStatements } from "./bound-query.ts";

/**
 * Prisma for signing up, logging in and housekeeping: inside `bound` it reaches what the binding names, and outside
 * nothing. No resolver gets to see it.
 */
export type Db = PrismaClient;

/** Names statements by their text, since the adapter prepares only what has a name. */
function createStatementNames() {
  const names = createBoundedCache<string>(keptStatements, () => 1);
  return ({ sql }: { sql: string }) => {
    const name = names.get(sql) ?? createHash("sha256").update(sql).digest("base64url");
    names.set(sql, name);
    return name;
  };
}

export function createDb({ forPrisma }: BoundPool): Db {
  const options = { statementNameGenerator: createStatementNames() };
  return new PrismaClient({ adapter: new PrismaPg(forPrisma, options), errorFormat: "minimal" });
}
