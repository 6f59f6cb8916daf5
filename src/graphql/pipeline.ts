import { createYoga } from "graphql-yoga";
import type { Logger } from "pino";
import { isDatabaseAway } from "../db/failures.ts";
import type { Context, Services } from "../features/kit/context.ts";
import { schema } from "../features/schema.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Asker, Identify } from "../identity/asker.ts";
import { checkScopes } from "../identity/scopes.ts";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import { type Admission, asksForCost, useAdmission, useToldCosts } from "./admission.ts";
import { createAnswerCache } from "./answer-cache.ts";
import { createCompiledQueries } from "./compiled-queries.ts";
import { createAnalyse } from "./cost/analyse.ts";
import { answerTooLarge, giveWay, isTooLarge, readInTurn, useAnswerLimit } from "./cost/answer-size.ts";
import { createConcurrency, mostAtOnce, type Turn } from "./cost/concurrency.ts";
import { costLimit } from "./cost/cost.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import { areWithinLimits } from "./cost/variable-limits.ts";
import type { GraphqlHandler, GraphqlRequest } from "./endpoint.ts";
import { maskError, useBugReports } from "./errors.ts";
import { type Outcome, toldClock, useFixedAnswers } from "./fixed-answers.ts";
import { type Introspection, useHiddenNames } from "./introspection.ts";
import { useOperationNames } from "./operation-names.ts";
import { type Answer, answerOf } from "./response.ts";
import { useUsableNames } from "./usable-names.ts";
import { useDocumentLimits } from "./validation.ts";
import { type FrontContext, frontYogaOptions, serveYoga, useReceivedParams } from "./yoga.ts";

export type PipelineDeps = {
  services: Services;
  now: () => Date;
  identify: Identify;
  log: Logger;
  /** Whether answers are kept for as long as they are right. */
  keepsAnswers: boolean;
  introspection: Introspection;
  /**
   * Called before each operation that is valid and affordable, those too that are answered without being executed.
   * @throws Refusal for one that may not be executed now
   */
  beforeExecute?: (operation: OperationCost, asker: Asker) => Promise<void> | void;
};

/** What is known of a request besides what it says. */
type Known = Asker & Admission;

type RequestContext = FrontContext & Known;

/** UTF-16 units of the documents that are kept parsed and validated: some hundred as clients send them. */
const keptDocuments = 131_072;

/** Makes what answers GraphQL requests: it finds out who asks, and has Yoga work out what is not known yet. */
export function createPipeline(deps: PipelineDeps): GraphqlHandler {
  const { services, now, identify, log, keepsAnswers, introspection, beforeExecute } = deps;
  const contextOf = ({ viewer, db, caller, cookie, outcome }: Known): Context => {
    return { viewer, db, caller, cookie, outcome, services, now: toldClock(now, outcome) };
  };
  const analyse = createAnalyse(schema);
  const queries = createCompiledQueries(analyse);
  const yoga = createYoga<RequestContext, Context>({
    ...frontYogaOptions,
    schema,
    logging: false,
    maskedErrors: { maskError, errorMessage: "Unexpected error." },
    parserAndValidationCache: {
      documentCache: createBoundedCache(keptDocuments),
      errorCache: createBoundedCache(keptDocuments),
      validationCache: false,
    },
    plugins: [
      useReceivedParams(),
      useUsableNames(),
      useDocumentLimits(analyse, introspection),
      useHiddenNames(introspection),
      useAdmission(),
      useOperationNames(),
      useFixedAnswers(),
      queries.plugin,
      useBugReports(log),
      useAnswerLimit(),
      useToldCosts(),
    ],
    context: contextOf,
  });
  const executeByYoga = serveYoga(yoga);
  const turns = createConcurrency(mostAtOnce);
  const cache = keepsAnswers ? createAnswerCache<OperationCost>() : null;

  return async (exchange, request) => {
    const outcome: Outcome = { isFixed: false, readsClock: false, textSize: 0 };
    const asker = await identify(exchange, (read) => readInTurn(outcome, read));
    const { viewer, cookie } = asker;
    const kept = viewer && cache?.find(viewer, exchange, request);
    if (kept) {
      await beforeExecute?.(kept.operation, asker);
      return answerOf(request.type, kept.body);
    }
    const turn = turns.open(viewer?.id ?? null);
    const known = { ...asker, outcome, admit: admissionOf(asker, turn) };
    const answer = await executeCompiled(exchange, request, known)
      .then((compiled) => compiled ?? executeByYoga(exchange, request, known))
      .finally(turn.end);
    await giveWay(outcome);
    const { operation } = outcome;
    if (viewer && operation && outcome.isFixed && !asksForCost(request.params))
      cache?.keep(viewer, exchange, request, { body: answer.body, operation });
    if (cookie.headers.length === 0) return answer;
    return { ...answer, headers: { ...answer.headers, "set-cookie": [...cookie.headers] } };
  };

  function admissionOf(asker: Asker, turn: Turn): Admission["admit"] {
    let isAdmitted = false;
    return async (operation) => {
      if (isAdmitted) return;
      isAdmitted = true;
      if (asker.viewer) checkScopes(asker.viewer.scopes, operation.scopes);
      await beforeExecute?.(operation, asker);
      await turn.begin(operation.cost);
    };
  }

  /** @returns null where Yoga has to execute the request: mostly because it has not done so often enough yet */
  async function executeCompiled(
    exchange: Exchange,
    { params, type }: GraphqlRequest,
    known: Known,
  ): Promise<Answer | null> {
    const { outcome, admit } = known;
    const query = queries.find(params);
    if (query === undefined || asksForCost(params)) return null;
    if (!areWithinLimits(params.variables) || !query.takes(params.variables ?? {})) return null;
    const operation = query.costOf(params.variables);
    if (operation.cost > costLimit) return null;
    exchange.notes.operation = query.operation;
    outcome.operation = operation;
    await admit(operation);
    const result = await query.run(contextOf(known), params.variables ?? {});
    await giveWay(outcome);
    if (isTooLarge(result, outcome)) throw answerTooLarge();
    await giveWay(outcome);
    const { data, errors } = result;
    for (const { originalError } of errors ?? []) if (isDatabaseAway(originalError)) throw originalError;
    if (errors !== undefined) return null;
    outcome.isFixed = query.isFixed && !outcome.readsClock;
    return answerOf(type, JSON.stringify({ data }));
  }
}
