import type { IncomingMessage } from "node:http";
import { createYoga } from "graphql-yoga";
import type { Logger } from "pino";
import type { Accounts } from "./auth/service.ts";
import { getViewer, type Viewer } from "./auth/sessions.ts";
import { createBoundedCache } from "./bounded-cache.ts";
import type { Context } from "./context.ts";
import type { BoundPool } from "./db/bound-pool.ts";
import { isDatabaseAway } from "./db/failures.ts";
import { bindToViewer } from "./db/viewer.ts";
import { invalidToken, serviceUnavailable } from "./errors.ts";
import { useCompiledQueries } from "./graphql/compiled-queries.ts";
import { maskError, useBugReports } from "./graphql/errors.ts";
import { type Outcome, useFixedAnswers } from "./graphql/fixed-answers.ts";
import { useDocumentLimits } from "./graphql/limits.ts";
import { useOperationNames } from "./graphql/operation-names.ts";
import type { GraphqlHandler } from "./http/graphql-route.ts";
import { createKeptAnswers } from "./http/kept-answers.ts";
import { annotate, requestId } from "./http/request.ts";
import { type FrontContext, frontYogaOptions, serveYoga, useReceivedParams } from "./http/yoga.ts";
import { schema } from "./schema.ts";

export type ApiDeps = {
  pool: BoundPool;
  accounts: Accounts;
  log: Logger;
  /** Whether answers are kept for as long as they are right. */
  keepsAnswers: boolean;
};

type RequestContext = FrontContext & { viewer: Viewer | null; outcome: Outcome };

/** UTF-16 units of the documents that are kept parsed and validated: some hundred as clients send them. */
const keptDocuments = 131_072;

function createGraphql({ accounts, log }: ApiDeps) {
  const { db, now } = accounts;
  const yoga = createYoga<RequestContext, Context>({
    ...frontYogaOptions,
    schema,
    logging: false,
    maskedErrors: { maskError, errorMessage: "Unexpected error." },
    parserAndValidationCache: {
      documentCache: createBoundedCache(keptDocuments),
      errorCache: createBoundedCache(keptDocuments),
    },
    plugins: [
      useReceivedParams(),
      useDocumentLimits(),
      useOperationNames(),
      useFixedAnswers(),
      useCompiledQueries(),
      useBugReports(log),
    ],
    context: ({ viewer }) => ({ viewer, db: viewer && bindToViewer(db, viewer.id), accounts, now }),
  });
  return serveYoga(yoga);
}

/** Makes what answers GraphQL requests: it finds out who asks, and lets Yoga work out what is not known yet. */
export function createApi(deps: ApiDeps): GraphqlHandler {
  const { pool, accounts, log } = deps;
  const execute = createGraphql(deps);
  const answers = deps.keepsAnswers ? createKeptAnswers() : null;

  /** @throws Refusal UNAUTHENTICATED for any credential that does not name a living session */
  async function authenticate(req: IncomingMessage): Promise<Viewer | null> {
    const { authorization } = req.headers;
    if (authorization === undefined) return null;
    const now = accounts.now();
    const session = accounts.tokens.verify(authorization, now);
    const viewer = await findViewer(req, session, now);
    if (viewer === null) throw invalidToken();
    annotate(req, { user: viewer.id });
    return viewer;
  }

  /** @throws Refusal SERVICE_UNAVAILABLE */
  async function findViewer(req: IncomingMessage, session: { userId: string; sessionId: string }, now: Date) {
    try {
      return await getViewer(pool, session, now);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      log.warn({ id: requestId(req), err: error }, "the database could not answer");
      throw serviceUnavailable();
    }
  }

  return async (req, res, request) => {
    const viewer = await authenticate(req);
    const kept = viewer && answers?.find(viewer, req, request);
    if (kept) return kept;
    const outcome = { isFixed: false };
    const answer = await execute(req, res, request, { viewer, outcome });
    if (viewer && outcome.isFixed) answers?.keep(viewer, req, request, answer);
    return answer;
  };
}
