import type { AddressInfo } from "node:net";
import type pg from "pg";
import type { Logger } from "pino";
import { basePathOf } from "../config/public-url.ts";
import { bindPool } from "../db/bound-pool.ts";
import type { Preparing } from "../db/preparing.ts";
import { createDb } from "../db/prisma.ts";
import { bindToViewer } from "../db/viewer-db.ts";
import { createAccountStore } from "../features/accounts/account-store.ts";
import { createInvites } from "../features/accounts/invites.ts";
import { createPasswords } from "../features/accounts/passwords.ts";
import { createAccounts, type SignupPolicy } from "../features/accounts/service.ts";
import { createSessionIssuer } from "../features/accounts/session-issuer.ts";
import { createEmail } from "../features/email/service.ts";
import { createExport } from "../features/export/route.ts";
import type { Services } from "../features/kit/context.ts";
import { createPasswordReset } from "../features/password-reset/service.ts";
import { createProfile } from "../features/profile/service.ts";
import { createRefresh } from "../features/sessions/refresh.ts";
import type { Introspection } from "../graphql/introspection.ts";
import { createApi } from "../graphql/pipeline.ts";
import { behindProxies } from "../http/client-address.ts";
import { closeGracefully, createHttpServer, HTTP_LIMITS } from "../http/listener.ts";
import { knownAs } from "../http/own-address.ts";
import { withProxyHints } from "../http/proxy-hints.ts";
import { createTokens } from "../identity/access-tokens.ts";
import { createAuthentication } from "../identity/authentication.ts";
import { createRefreshTokens } from "../identity/refresh-tokens.ts";
import { createMailer, type MailSettings } from "../mail/mailer.ts";
import { createLimits } from "../rate-limits/limits.ts";
import { chargeForTime, payFor } from "../rate-limits/operations.ts";
import type { Policies } from "../rate-limits/policies.ts";
import { createBackground } from "../runtime/background.ts";
import { createFront } from "./front.ts";
import { startHousekeeping } from "./housekeeping.ts";

export type ServerDeps = {
  pool: pg.Pool;
  /** What /ready asks through: see createProbe. */
  probe: pg.Pool;
  /** Whether statements are prepared, which the pool was given as well. */
  preparing: Preparing;
  /** Whether answers to queries are kept for as long as they are right. */
  keepsAnswers?: boolean;
  /** Which installation this is, as a UUID: the same for all processes on one database, and for no other. */
  installationId: string;
  log: Logger;
  /** Where the built web client is. */
  clientDir: string;
  /** At least 32 bytes. */
  jwtSecret: string;
  /** The secret from before, whose tokens are still good; null or left out when there is none. */
  jwtSecretPrevious?: string | null;
  /** Seconds that an access token is valid. */
  jwtExpiresIn: number;
  /** Seconds that a session goes on without being refreshed; 30 days when left out. */
  refreshIdle?: number;
  /** Seconds that a session lasts, however often it is refreshed; 180 days when left out. */
  sessionMax?: number;
  /** Who may make an account; anybody when left out. */
  signup?: SignupPolicy;
  /** How mail leaves; none does when null or left out. */
  mail?: MailSettings | null;
  bcryptCost: number;
  /** In code points. */
  passwordMinLength: number;
  /** Whether a browser finds GraphiQL at /graphql. */
  graphiql: boolean;
  /** Who may look at the schema through the API; everybody when left out. */
  introspection?: Introspection;
  /** Origins whose pages may call the API besides our own; none when left out. */
  corsOrigins?: readonly string[];
  /** Limits that are other than the default; false: none at all. */
  rateLimits?: Partial<Policies> | false;
  /** Proxies that may say for whom they speak: IP addresses and ranges in CIDR notation; none when left out. */
  trustProxy?: readonly string[];
  /** Where people reach the server, as an absolute URL; null or left out when nobody has said. */
  publicUrl?: string | null;
  /** How many such servers share this machine's cores; 1 when left out. */
  processes?: number;
  /** Whether it removes what has expired, as it does when this is left out; of several servers one is enough. */
  keepsHouse?: boolean;
  now?: () => Date;
};

/** In seconds. */
const day = 86_400;

/** Milliseconds that requests in flight get to finish when the server closes. */
const closingTime = 8000;

/** A quarter of the connections to the database: the others' statements go on whoever exports what. */
const exportsAtOnce = ({ options }: pg.Pool) => Math.max(1, Math.floor(options.max / 4));

/** Puts the server together; it neither reads the environment nor listens yet. */
export function createServer(deps: ServerDeps) {
  const { pool, log, clientDir, graphiql, now = () => new Date() } = deps;
  const boundPool = bindPool(pool, deps.preparing, (userId, milliseconds) =>
    chargeForTime(limits, userId, milliseconds),
  );
  const db = createDb(boundPool);
  const tokens = createTokens(deps.jwtSecret, deps.jwtExpiresIn, deps.jwtSecretPrevious);
  const passwords = createPasswords({
    cost: deps.bcryptCost,
    minLength: deps.passwordMinLength,
    processes: deps.processes ?? 1,
  });
  const background = createBackground(log);
  const mailer = deps.mail ? createMailer(deps.mail, background) : null;
  const secrets = [deps.jwtSecret, ...(deps.jwtSecretPrevious ? [deps.jwtSecretPrevious] : [])] as const;
  const refreshTokens = createRefreshTokens(secrets);
  const store = createAccountStore(db);
  const { refreshIdle = 30 * day, sessionMax = 180 * day, signup: signupPolicy = "open" } = deps;
  const sessions = createSessionIssuer({ tokens, refreshTokens, refreshIdle, sessionMax });
  const basics = { store, passwords, mailer, background, log, now };
  const services: Services = {
    accounts: createAccounts({ ...basics, sessions, signupPolicy, invites: createInvites(secrets) }),
    sessions: createRefresh({ ...basics, pool: boundPool, refreshTokens, sessions }),
    email: createEmail(basics),
    passwordReset: createPasswordReset(basics),
    profile: createProfile({ ...basics, pool: boundPool }),
  };
  const limits = createLimits(boundPool, deps.rateLimits);
  const { keepsAnswers = true, introspection = "open", corsOrigins = [], trustProxy = [] } = deps;
  const identifying = { pool: boundPool, tokens, refreshTokens, background, log, now };
  const authentication = createAuthentication(identifying, limits, deps.installationId);
  const graphql = createApi({
    services,
    bind: (viewerId, readLongTexts) => bindToViewer(db, viewerId, readLongTexts),
    authentication,
    log,
    now,
    keepsAnswers,
    introspection,
    beforeExecute: (operation, { viewer, caller }) => payFor(operation, caller, viewer?.id ?? null),
  });
  const isReady = async () => (await deps.probe.query("SELECT 1")).rowCount === 1;
  const front = createFront({
    graphql,
    download: createExport({ store, log, now }, authentication, exportsAtOnce(pool)),
    isReady,
    clientDir,
    basePath: basePathOf(deps.publicUrl ?? null),
    graphiql,
    corsOrigins,
    log,
  });
  const known = knownAs(withProxyHints(front, log), deps.publicUrl ?? null);
  const http = createHttpServer(behindProxies(known, trustProxy), HTTP_LIMITS, trustProxy);
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
      if (deps.keepsHouse !== false) stopHousekeeping = startHousekeeping(boundPool, now, log);
      return http.address() as AddressInfo;
    },
    /** Takes no new requests and resolves when those in flight are answered; the pools stay open. */
    async close(): Promise<void> {
      await Promise.all([closeGracefully(http, closingTime), stopHousekeeping?.()]);
      mailer?.hurry();
      await background.settle();
      await db.$disconnect();
    },
  };
}
