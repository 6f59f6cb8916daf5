import { createYoga } from "graphql-yoga";
import type { Logger } from "pino";
import type { Context, Services } from "../features/kit/context.ts";
import { schema } from "../features/schema.ts";
import type { Asker, Identity } from "../identity/asker.ts";
import { checkScopes } from "../identity/scopes.ts";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import { type Admission, asksForCost, useAdmission, useToldCosts } from "./admission.ts";
import { createAnswerCache } from "./answer-cache.ts";
import { createAnalyse } from "./cost/analyse.ts";
import { giveWay, readInTurn, useAnswerLimit } from "./cost/answer-size.ts";
import { createConcurrency, mostAtOnce, type Turn } from "./cost/concurrency.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import type { GraphqlHandler } from "./endpoint.ts";
import { maskError, useBugReports } from "./errors.ts";
import { type Outcome, toldClock, useFixedAnswers } from "./fixed-answers.ts";
import { type Introspection, useHiddenNames } from "./introspection.ts";
import { useOperationNames } from "./operation-names.ts";
import { answerOf } from "./response.ts";
import { useDocumentLimits } from "./validation.ts";
import {
  type FrontContext,
  frontYogaOptions,
  serveYoga,
  useGraphqlExecute,
  useReceivedParams,
} from "./yoga.ts";

export type PipelineDeps = {
  services: Services;
  now: () => Date;
  identify: Identity["identify"];
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
      useGraphqlExecute(),
      useDocumentLimits(analyse, introspection),
      useHiddenNames(introspection),
      useAdmission(),
      useOperationNames(),
      useFixedAnswers(),
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
    const answer = await executeByYoga(exchange, request, known).finally(turn.end);
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
}
