import { Writable } from "node:stream";
import pg from "pg";
import { inject } from "vitest";
import { readEnv } from "../../src/config/env.ts";
import { type BoundPool, bindPool } from "../../src/db/bound-pool.ts";
import { createPool, createProbe } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import type { Policies } from "../../src/rate-limits/policies.ts";
import { createLog } from "../../src/runtime/log.ts";
import { createServer, type ServerDeps } from "../../src/server/server.ts";
import { createDatabase, openPool, type TestDatabase } from "./database.ts";
import { createGraphql, type Graphql } from "./graphql.ts";
import { openSite } from "./proxy.ts";
import { findInLog } from "./scanner.ts";

export const jwtSecret = "an-hmac-key-for-tests-of-more-than-32-bytes";

export const installationId = "5eed0123-4567-489a-8bcd-ef0123456789";

export type SentQuery = { text: string; values: unknown[] };

export type TestServer = {
  /** Where people reach it, like http://127.0.0.1:40123, without a slash at the end. */
  url: string;
  /** Where it listens itself, whatever stands in front of it. */
  port: number;
  /** Sends one operation, signed out unless a token is given. */
  graphql: Graphql;
  /** The server's own; what it is not told on whose behalf sees no rows. */
  pool: pg.Pool;
  /** The same, for what is bound. */
  bound: BoundPool;
  /** The same database for a superuser, whom no policy binds. */
  admin: pg.Pool;
  /** How the server gets to its database. */
  connection: pg.ClientConfig;
  /** All that was logged so far, one JSON text a line. */
  logged(): string;
  /** The texts of the statements sent to the database while `run` runs, in order. */
  statements(run: () => Promise<unknown>): Promise<string[]>;
  /** The same with the values that were sent along. */
  queries(run: () => Promise<unknown>): Promise<SentQuery[]>;
  close(): Promise<void>;
};

type Groups = Pick<ServerDeps, "sessions" | "signup" | "http" | "graphql">;

/** What is other than in production. */
export type Overrides = { [Group in keyof Groups]?: Partial<Groups[Group]> } & Partial<
  Pick<ServerDeps, "mail" | "installationId" | "runsHousekeeping" | "now">
> & {
    /** Limits that are other than the default; nothing is limited when they are left out. */
    rateLimits?: Partial<Policies>;
  };

const known = new Set(["mail", "installationId", "runsHousekeeping", "now"]);

/**
 * Starts the real server on a free port and a database of its own; everything is as in production but bcrypt's cost,
 * that nothing is limited, since tests do much from one address, and that no housekeeping's statements come in between.
 *
 * @param given another database to use, and to drop in the end
 */
export async function startServer(overrides: Overrides = {}, given?: TestDatabase): Promise<TestServer> {
  const database = given ?? (await createDatabase());
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLog("debug", sink);
  const preparing = createPreparing(database.isPrepared ?? inject("pooler") === null, log);
  const pool = createPool(database.connection, log, { preparing });
  const probe = createProbe(database.connection, log);
  const site = await openSite();
  const env = readEnv({ BCRYPT_COST: "4" });
  const { sessions, signup, http, graphql, rateLimits: policies, ...others } = overrides;
  // A spread of something else would type-check, and be heeded by nobody.
  const unknown = Object.keys(others).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`startServer() takes no ${unknown}`);
  const server = createServer({
    ...env,
    pool,
    probe,
    preparing,
    installationId,
    log,
    clientDir: new URL("../../client/dist", import.meta.url).pathname,
    runsHousekeeping: false,
    sessions: { ...env.sessions, jwtSecret, ...sessions },
    signup: { ...env.signup, ...signup },
    http: { ...env.http, ...site?.http, ...http },
    graphql: { ...env.graphql, ...graphql },
    limits: { rateLimit: policies !== undefined },
    ...(policies && { policies }),
    ...others,
  });
  const admin = openPool(database.admin);
  const { port } = await server.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  const bound = bindPool(pool, preparing);
  const proxy = await site?.forward(port);
  return {
    url: site?.url ?? url,
    port,
    graphql: createGraphql(url),
    pool,
    bound,
    admin,
    connection: database.connection,
    logged: () => lines.join(""),
    statements: async (run) => (await recordQueries(pool, run)).map(({ text }) => text),
    queries: (run) => recordQueries(pool, run),
    async close() {
      await proxy?.stop();
      await Promise.all([server.close(), bound.close()]);
      await Promise.all([pool.end(), probe.end(), admin.end()]);
      await database.drop();
      // Check 98, for whatever the test did.
      const found = findInLog(url, lines.join(""), [jwtSecret]);
      if (found.length > 0) throw new Error(`the log is not fit to be read:\n${found.join("\n")}`);
    },
  };
}

type Query = pg.Client["query"];
type Sent = Partial<SentQuery> & { guardText?: string };

/** Looks at what the pool's connections are asked; the queries run as ever. */
async function recordQueries(pool: pg.Pool, run: () => Promise<unknown>): Promise<SentQuery[]> {
  const queries: SentQuery[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: Parameters<Query>) {
    const [query, values = []] = args as unknown as [string | Sent, unknown[]?];
    if (typeof query !== "string" && query.guardText !== undefined)
      queries.push({ text: query.guardText, values: [] });
    queries.push(typeof query === "string" ? { text: query, values } : { text: "", values, ...query });
    return original.apply(this, args);
  } as Query;
  try {
    // A new connection sets itself up first, which is not the request's.
    await pool.query("SELECT 1");
    queries.length = 0;
    await run();
    return queries.filter(({ text }) => !text.startsWith("SET "));
  } finally {
    pg.Client.prototype.query = original;
  }
}
