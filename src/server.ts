import type { AddressInfo } from "node:net";
import { createYoga } from "graphql-yoga";
import type pg from "pg";
import type { Logger } from "pino";
import { createPasswords } from "./auth/passwords.ts";
import type { Accounts } from "./auth/service.ts";
import { getViewer, type Viewer } from "./auth/sessions.ts";
import { createTokens } from "./auth/tokens.ts";
import type { Context } from "./context.ts";
import { bindPool } from "./db/bound-pool.ts";
import { createDb } from "./db/client.ts";
import { bindToViewer } from "./db/viewer.ts";
import { invalidToken } from "./errors.ts";
import { createDocumentCache } from "./graphql/document-cache.ts";
import { maskError, useBugReports } from "./graphql/errors.ts";
import { useDocumentLimits } from "./graphql/limits.ts";
import { useOperationNames } from "./graphql/operation-names.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { createFront } from "./http/front.ts";
import { closeGracefully, createHttpServer } from "./http/listener.ts";
import { annotate } from "./http/request.ts";
import { type FrontContext, frontYogaOptions, serveYoga, useReceivedParams } from "./http/yoga.ts";
import { schema } from "./schema.ts";

export type ServerDeps = {
  pool: pg.Pool;
  /** Whether statements are prepared, which the pool was told as well. */
  isPrepared?: boolean;
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
  now?: () => Date;
};

/** Milliseconds that requests in flight get to finish when the server closes. */
const closingTime = 8000;

/** UTF-16 units of the documents that are kept parsed and validated: some hundred as clients send them. */
const keptDocuments = 131_072;

/** Puts the server together; it neither reads the environment nor listens yet. */
export function createServer(deps: ServerDeps) {
  const { pool, log, clientDir, graphiql, now = () => new Date() } = deps;
  const boundPool = bindPool(pool, deps.isPrepared ?? true);
  const db = createDb(boundPool);
  const tokens = createTokens(deps.jwtSecret, deps.jwtExpiresIn);
  const passwords = createPasswords(deps.bcryptCost);
  const accounts: Accounts = { db, passwords, tokens, minPasswordLength: deps.passwordMinLength, now };

  /** @throws Refusal UNAUTHENTICATED for any credential that does not name a living session */
  async function authenticate(authorization: string | undefined): Promise<Viewer | null> {
    if (authorization === undefined) return null;
    const session = tokens.verify(authorization, now());
    const viewer = await getViewer(boundPool, session, now());
    if (viewer === null) throw invalidToken();
    return viewer;
  }

  const yoga = createYoga<FrontContext, Context>({
    ...frontYogaOptions,
    schema,
    logging: false,
    maskedErrors: { maskError, errorMessage: "Unexpected error." },
    parserAndValidationCache: {
      documentCache: createDocumentCache(keptDocuments),
      errorCache: createDocumentCache(keptDocuments),
    },
    plugins: [useReceivedParams(), useDocumentLimits(), useOperationNames(), useBugReports(log)],
    context: async ({ req }) => {
      const viewer = await authenticate(req.headers.authorization);
      if (viewer) annotate(req, { user: viewer.id });
      return { viewer, db: viewer && bindToViewer(db, viewer.id), accounts, now };
    },
  });

  const isReady = async () => (await pool.query("SELECT 1")).rowCount === 1;
  const http = createHttpServer(createFront({ graphql: serveYoga(yoga), isReady, clientDir, graphiql, log }));
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
      stopHousekeeping = startHousekeeping(db, now, log);
      return http.address() as AddressInfo;
    },
    /** Takes no new requests and resolves when those in flight are answered; the pool stays open. */
    async close(): Promise<void> {
      await Promise.all([closeGracefully(http, closingTime), stopHousekeeping?.()]);
      await db.$disconnect();
    },
  };
}
