import { Writable } from "node:stream";
import pg from "pg";
import { pino } from "pino";
import { createPool } from "../../src/db/pool.ts";
import { createServer, type ServerDeps } from "../../src/server.ts";
import { createDatabase } from "./database.ts";
import { createGraphql, type Graphql } from "./graphql.ts";

export const jwtSecret = "an-hmac-key-for-tests-of-more-than-32-bytes";

export type TestServer = {
  /** Like http://127.0.0.1:40123, without a slash at the end. */
  url: string;
  /** Sends one operation, signed out unless a token is given. */
  graphql: Graphql;
  pool: pg.Pool;
  /** All that was logged so far, one JSON text a line. */
  logged(): string;
  /** The texts of the statements sent to the database while `run` runs, in order. */
  statements(run: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
};

/** Starts the real server on a free port and a database of its own; everything is as in production but bcrypt's cost. */
export async function startServer(deps: Partial<ServerDeps> = {}): Promise<TestServer> {
  const database = await createDatabase();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = pino({ level: "debug", base: null }, sink);
  const pool = createPool(database.connection, log);
  const server = createServer({
    pool,
    log,
    clientDir: new URL("../../client/dist", import.meta.url).pathname,
    jwtSecret,
    jwtExpiresIn: 7 * 24 * 60 * 60,
    bcryptCost: 4,
    passwordMinLength: 8,
    graphiql: true,
    ...deps,
  });
  const { port } = await server.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    graphql: createGraphql(url),
    pool,
    logged: () => lines.join(""),
    statements: (run) => recordStatements(pool, run),
    async close() {
      await server.close();
      await pool.end();
      await database.drop();
    },
  };
}

type Query = pg.Client["query"];

/** Looks at what the pool's connections are asked; the queries run as ever. */
async function recordStatements(pool: pg.Pool, run: () => Promise<unknown>): Promise<string[]> {
  const texts: string[] = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: Parameters<Query>) {
    const [query] = args as [string | { text?: string }];
    texts.push(typeof query === "string" ? query : (query.text ?? ""));
    return original.apply(this, args);
  } as Query;
  try {
    // A new connection sets itself up first, which is not the request's.
    await pool.query("SELECT 1");
    texts.length = 0;
    await run();
    return texts.filter((text) => !text.startsWith("SET "));
  } finally {
    pg.Client.prototype.query = original;
  }
}
