import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import type { BoundPool } from "./bound-pool.ts";
import { openToListeners } from "./statement-listener.ts";
import { nameOf } from "./statement-names.ts";

/**
 * Prisma for signing up, logging in and housekeeping: inside `bound` it reaches what the binding names, and outside
 * nothing. No resolver gets to see it.
 */
export type Db = PrismaClient;

export function createDb({ forPrisma }: Pick<BoundPool, "forPrisma">): Db {
  // The adapter prepares only what has a name.
  const options = { statementNameGenerator: ({ sql }: { sql: string }) => nameOf(sql) };
  const adapter = new PrismaPg(openToListeners(forPrisma), options);
  return new PrismaClient({ adapter, errorFormat: "minimal" });
}
