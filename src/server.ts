import type { AddressInfo } from "node:net";
import type pg from "pg";
import type { Logger } from "pino";
import { createApi } from "./api.ts";
import { createPasswords } from "./auth/passwords.ts";
import { createTokens } from "./auth/tokens.ts";
import { bindPool } from "./db/bound-pool.ts";
import { createDb } from "./db/client.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { createFront } from "./http/front.ts";
import { closeGracefully, createHttpServer } from "./http/listener.ts";

export type ServerDeps = {
  pool: pg.Pool;
  /** Whether statements are prepared, which the pool was told as well. */
  isPrepared?: boolean;
  /** Whether answers to queries are kept for as long as they are right. */
  keepsAnswers?: boolean;
  log: Logger;
  /** Where the built web client is. */
  clientDir: string;
  /** At least 32 bytes. */
  jwtSecret: string;
  /** Seconds that a login lasts. */
  jwtExpiresIn: number;
  bcryptCost: number;
  /** In code points. */
  passwordMinLength: number;
  /** Whether a browser finds GraphiQL at /graphql. */
  graphiql: boolean;
  /** How many such servers share this machine's cores; 1 when left out. */
  processes?: number;
  /** Whether it removes what has expired, as it does when this is left out; of several servers one is enough. */
  keepsHouse?: boolean;
  now?: () => Date;
};

/** Milliseconds that requests in flight get to finish when the server closes. */
const closingTime = 8000;

/** Puts the server together; it neither reads the environment nor listens yet. */
export function createServer(deps: ServerDeps) {
  const { pool, log, clientDir, graphiql, now = () => new Date() } = deps;
  const boundPool = bindPool(pool, deps.isPrepared ?? true);
  const db = createDb(boundPool);
  const tokens = createTokens(deps.jwtSecret, deps.jwtExpiresIn);
  const passwords = createPasswords(deps.bcryptCost, deps.processes);
  const accounts = { db, passwords, tokens, minPasswordLength: deps.passwordMinLength, now };
  const graphql = createApi({ pool: boundPool, accounts, log, keepsAnswers: deps.keepsAnswers ?? true });
  const isReady = async () => (await pool.query("SELECT 1")).rowCount === 1;
  const http = createHttpServer(createFront({ graphql, isReady, clientDir, graphiql, log }));
  let stopHousekeeping: (() => Promise<void>) | undefined;

  return {
    /** @param port 0 for any that is free */
    async listen(port: number, host: string): Promise<AddressInfo> {
      await new Promise<void>((resolve, reject) => {
        http.once("error", reject);
        http.listen(port, host, () => {
          http.off("error", reject);
          resolve();
        });
      });
      if (deps.keepsHouse !== false) stopHousekeeping = startHousekeeping(db, now, log);
      return http.address() as AddressInfo;
    },
    /** Takes no new requests and resolves when those in flight are answered; the pool stays open. */
    async close(): Promise<void> {
      await Promise.all([closeGracefully(http, closingTime), stopHousekeeping?.()]);
      await db.$disconnect();
    },
  };
}
