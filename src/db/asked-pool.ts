import type pg from "pg";

/** How a pool is asked for what is in the database. */
type Ways = { readonly query: unknown; readonly connect: unknown };

/** @returns a pool that is asked in other ways; it stays one of pg's, which Prisma's adapter insists on */
export function askedBy(pool: pg.Pool, ways: Ways): pg.Pool {
  return new Proxy(pool, {
    get: (target, key) => Reflect.get(key === "query" || key === "connect" ? ways : target, key),
  });
}
