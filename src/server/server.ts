import type { AddressInfo } from "node:net";
import type pg from "pg";
import type { Logger } from "pino";
import type { SettledEnv } from "../config/env.ts";
import { basePathOf } from "../config/public-url.ts";
import { bindPool } from "../db/bound-pool.ts";
import { refusalFor } from "../db/failures.ts";
import type { Preparing } from "../db/preparing.ts";
import { createAccountStore } from "../features/accounts/account-store.ts";
import { createInvites } from "../features/accounts/invites.ts";
import { createPasswords } from "../features/accounts/passwords.ts";
import { createAccounts } from "../features/accounts/service.ts";
import { createSessionIssuer } from "../features/accounts/session-issuer.ts";
import { createEmail } from "../features/email/service.ts";
import { createExport } from "../features/export/route.ts";
import type { Services } from "../features/kit/context.ts";
import { createPasswordReset } from "../features/password-reset/service.ts";
import { createProfile } from "../features/profile/service.ts";
import { createRefresh } from "../features/sessions/refresh.ts";
import { createPipeline } from "../graphql/pipeline.ts";
import { createFront } from "../http/front.ts";
import { createListener } from "../http/listener.ts";
import { withProxyHints } from "../http/proxy-hints.ts";
import { createTokens } from "../identity/access-tokens.ts";
import { type Asker, createIdentity } from "../identity/asker.ts";
import { createRefreshTokens } from "../identity/refresh-tokens.ts";
import { createMailer } from "../mail/mailer.ts";
import { createLimits } from "../rate-limits/limits.ts";
import { canPayFor, chargeForTime, type Payment, payAfterwards, payFor } from "../rate-limits/operations.ts";
import type { Policies } from "../rate-limits/policies.ts";
import { createBackground } from "../runtime/background.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { createRouteDeps, routes } from "./routes.ts";

/** What a server is made with: groups of the configuration, and what it works with. */
export type ServerDeps = Pick<
  SettledEnv,
  "sessions" | "signup" | "limits" | "http" | "graphql" | "mail" | "runtime"
> & {
  pool: pg.Pool;
  /** What /ready asks through: see createProbe. */
  probe: pg.Pool;
  /** Whether statements are prepared, which the pool was given as well. */
  preparing: Preparing;
  /** Which installation this is, as a UUID: the same for all processes on one database, and for no other. */
  installationId: string;
  log: Logger;
  /** Where the built web client is. */
  clientDir: string;
  /** Whether it removes what has expired; of several servers one is enough. */
  runsHousekeeping: boolean;
  /** Limits that are other than the default. */
  policies?: Partial<Policies>;
  now?: () => Date;
};

/** Milliseconds that requests in flight get to finish when the server closes. */
const closingTime = 8000;

/** A quarter of the connections to the database: the others' statements go on whoever exports what. */
const exportsAtOnce = ({ options }: pg.Pool) => Math.max(1, Math.floor(options.max / 4));

const paymentOf = (
  operation: Payment["operation"],
  { viewer, caller: { limits, network } }: Asker,
): Payment => ({
  operation,
  limits,
  network,
  userId: viewer?.id ?? null,
});

/** Puts the server together; it neither reads the environment nor listens yet. */
export function createServer(deps: ServerDeps) {
  const { pool, log, clientDir, sessions, http, graphql: options, now = () => new Date() } = deps;
  const { jwtSecret, jwtSecretPrevious } = sessions;
  const boundPool = bindPool(pool, deps.preparing, (userId, milliseconds) =>
    chargeForTime(limits, userId, milliseconds),
  );
  const tokens = createTokens(jwtSecret, sessions.jwtExpiresIn, jwtSecretPrevious);
  const passwords = createPasswords({
    cost: deps.signup.bcryptCost,
    minLength: deps.signup.passwordMinLength,
    processes: deps.runtime.processes,
    log,
  });
  const background = createBackground(log);
  const mailer = deps.mail ? createMailer(deps.mail, background) : null;
  const secrets = [jwtSecret, ...(jwtSecretPrevious === null ? [] : [jwtSecretPrevious])] as const;
  const refreshTokens = createRefreshTokens(secrets);
  const store = createAccountStore(boundPool);
  const issuer = createSessionIssuer({ tokens, refreshTokens, ...sessions });
  const basics = { store, passwords, mailer, background, log, now };
  const services: Services = {
    accounts: createAccounts({
      ...basics,
      sessions: issuer,
      signupPolicy: deps.signup.policy,
      invites: createInvites(secrets),
    }),
    sessions: createRefresh({ ...basics, pool: boundPool, refreshTokens, sessions: issuer }),
    email: createEmail(basics),
    passwordReset: createPasswordReset(basics),
    profile: createProfile({ ...basics, pool: boundPool }),
  };
  const limits = createLimits(boundPool, deps.limits.rateLimit && deps.policies);
  const identity = createIdentity({
    pool: boundPool,
    tokens,
    refreshTokens,
    background,
    limits,
    installationId: deps.installationId,
    log,
    now,
    bind: store.bind,
  });
  const { introspection, answerCache: keepsAnswers, graphiql } = options;
  const graphql = createPipeline({
    services,
    identity,
    log,
    now,
    keepsAnswers,
    introspection,
    budget: {
      pay: (operation, asker) => payFor(paymentOf(operation, asker)),
      hasFor: (operation, asker) => canPayFor(paymentOf(operation, asker)),
      payAfterwards: (operation, asker) => payAfterwards(paymentOf(operation, asker)),
    },
  });
  const isReady = async () => (await deps.probe.query("SELECT 1")).rowCount === 1;
  const download = createExport({ ...identity, log, now }, exportsAtOnce(pool));
  const { publicUrl, trustProxy, corsOrigins } = http;
  const basePath = basePathOf(publicUrl);
  const routeDeps = createRouteDeps({ graphql, download, isReady, clientDir, basePath, graphiql });
  const front = createFront({ routes, deps: routeDeps, basePath, corsOrigins, refusalFor, log });
  const { server, close: closeListener } = createListener(withProxyHints(front, log), {
    proxies: trustProxy,
    publicUrl,
  });
  let stopHousekeeping: (() => Promise<void>) | undefined;

  return {
    /** @param port 0 for any that is free */
    async listen(port: number, host: string): Promise<AddressInfo> {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve();
        });
      });
      if (deps.runsHousekeeping) stopHousekeeping = startHousekeeping(boundPool, now, log);
      return server.address() as AddressInfo;
    },
    /** Takes no new requests and resolves when those in flight are answered; the pools stay open. */
    async close(): Promise<void> {
      await Promise.all([closeListener(closingTime), stopHousekeeping?.()]);
      passwords.close();
      mailer?.hurry();
      await background.settle();
      await store.close();
      await boundPool.close();
    },
  };
}
