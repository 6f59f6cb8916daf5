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
import { createCompiledQueries } from "./graphql/compiled-queries.ts";
import { maskError, useBugReports } from "./graphql/errors.ts";
import { type Outcome, useFixedAnswers } from "./graphql/fixed-answers.ts";
import { useDocumentLimits } from "./graphql/limits.ts";
import { useOperationNames } from "./graphql/operation-names.ts";
import { areWithinLimits } from "./graphql/variable-limits.ts";
import type { Answer } from "./http/graphql-response.ts";
import type { GraphqlHandler, GraphqlRequest } from "./http/graphql-route.ts";
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

/** Accept headers that a form of answer is remembered for; clients send few. */
const rememberedForms = 100;

/** Makes what answers GraphQL requests: it finds out who asks, and has Yoga work out what is not known yet. */
export function createApi({ pool, accounts, log, keepsAnswers }: ApiDeps): GraphqlHandler {
  const { db, now } = accounts;
  const contextOf = (viewer: Viewer | null): Context => ({
    viewer,
    db: viewer && bindToViewer(db, viewer.id),
    accounts,
    now,
  });
  const queries = createCompiledQueries();
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
      queries.plugin,
      useBugReports(log),
    ],
    context: ({ viewer }) => contextOf(viewer),
  });
  const executeByYoga = serveYoga(yoga);
  const answers = keepsAnswers ? createKeptAnswers() : null;
  /** The headers of what Yoga answers, by what the client accepts. */
  const forms = new Map<string, Answer["headers"]>();

  /** @throws Refusal UNAUTHENTICATED for any credential that does not name a living session */
  async function authenticate(req: IncomingMessage): Promise<Viewer | null> {
    const { authorization } = req.headers;
    if (authorization === undefined) return null;
    const session = accounts.tokens.verify(authorization, now());
    const viewer = await getViewer(pool, session, now()).catch((error) => refuseWhenAway(req, error));
    if (viewer === null) throw invalidToken();
    annotate(req, { user: viewer.id });
    return viewer;
  }

  /** @throws Refusal SERVICE_UNAVAILABLE, or what was thrown */
  function refuseWhenAway(req: IncomingMessage, error: unknown): never {
    if (!isDatabaseAway(error)) throw error;
    log.warn({ id: requestId(req), err: error }, "the database could not answer");
    throw serviceUnavailable();
  }

  return async (req, res, request) => {
    const viewer = await authenticate(req);
    const kept = viewer && answers?.find(viewer, req, request);
    if (kept) return kept;
    const outcome = { isFixed: false };
    const answer =
      (await executeCompiled(req, request, viewer, outcome)) ??
      (await executeByYoga(req, res, request, { viewer, outcome }));
    if (viewer && outcome.isFixed) answers?.keep(viewer, req, request, answer);
    if (outcome.isFixed && forms.size < rememberedForms) forms.set(req.headers.accept ?? "", answer.headers);
    return answer;
  };

  /** @returns null where Yoga has to execute the request: mostly because it has not done so often enough yet */
  async function executeCompiled(
    req: IncomingMessage,
    { params }: GraphqlRequest,
    viewer: Viewer | null,
    outcome: Outcome,
  ): Promise<Answer | null> {
    const query = queries.find(params);
    const headers = forms.get(req.headers.accept ?? "");
    if (query === undefined || headers === undefined || !areWithinLimits(params.variables)) return null;
    annotate(req, { operation: query.operation });
    const { data, errors } = await query.run(contextOf(viewer), params.variables ?? {});
    for (const { originalError } of errors ?? [])
      if (isDatabaseAway(originalError)) refuseWhenAway(req, originalError);
    if (errors !== undefined) return null;
    outcome.isFixed = query.isFixed;
    return { status: 200, headers, body: JSON.stringify({ data }) };
  }
}
