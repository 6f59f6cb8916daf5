import type pg from "pg";

// Modes that pg takes for "verify-full" so far, and warns at length on standard error that it will not for ever.
const strictMode = /([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/;

/**
 * What DATABASE_URL says, for pg. "sslmode=require", which hosted databases put into their addresses, goes on meaning
 * that the certificate is verified; who wants libpq's own meaning adds "uselibpqcompat=true".
 */
export function connectionFrom(databaseUrl: string): pg.PoolConfig {
  if (databaseUrl.includes("uselibpqcompat=true")) return { connectionString: databaseUrl };
  return { connectionString: databaseUrl.replace(strictMode, "$1verify-full") };
}
