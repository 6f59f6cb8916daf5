import type { ExecutionResult } from "graphql";
import type { Logger } from "pino";
import type { Context, Services } from "../features/kit/context.ts";
import { schema } from "../features/schema.ts";
import type { Identity } from "../identity/asker.ts";
import { type BeforeExecute, createAdmit } from "./admit.ts";
import { createAnalyse } from "./analysis.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { Call } from "./call.ts";
import { type Checked, createCheck } from "./check.ts";
import { giveWay, limitAnswer, readInTurn } from "./cost/answer-size.ts";
import { createConcurrency, mostAtOnce, type Turn } from "./cost/concurrency.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import { asksForCost } from "./cost/told-cost.ts";
import type { GraphqlHandler } from "./endpoint.ts";
import { maskResult } from "./errors.ts";
import { type Introspection, mayIntrospect } from "./introspection.ts";
import { createOutcome, toldClock } from "./outcome.ts";
import { createPresent } from "./present.ts";
import { type Answer, answerOf } from "./response.ts";
import { run } from "./run.ts";
import { createResponder } from "./yoga.ts";

export type PipelineDeps = {
  services: Services;
  now: () => Date;
  identify: Identity["identify"];
  log: Logger;
  /** Whether answers are kept for as long as they are right. */
  keepsAnswers: boolean;
  introspection: Introspection;
  beforeExecute?: BeforeExecute;
};

/** Makes what answers GraphQL requests. All go one way, as far as they get: it is told from here down. */
export function createPipeline(deps: PipelineDeps): GraphqlHandler {
  const { services, now, identify, log, keepsAnswers, introspection, beforeExecute = () => {} } = deps;
  const check = createCheck(schema, createAnalyse(schema, introspection));
  const admit = createAdmit(beforeExecute);
  const present = createPresent(introspection, createResponder());
  const turns = createConcurrency(mostAtOnce);
  const answers = keepsAnswers ? createAnswerCache<OperationCost>() : null;

  return async (exchange, request) => {
    const outcome = createOutcome();
    const checkFor = (isOpen: boolean) => check(request.params, exchange.req.method, isOpen);
    // Takes no viewer, and says nothing yet: a credential that does not hold is what is refused first. What is right for
    // somebody who may not look at the schema is right for everybody.
    const isForAll = introspection === "open";
    const early = checkFor(isForAll);
    const asker = await identify(exchange, (read) => readInTurn(outcome, read));
    const { viewer, cookie } = asker;

    const kept = viewer && answers?.find(viewer, exchange, request);
    if (kept) {
      await beforeExecute(kept.operation, asker);
      return answerOf(request.type, kept.body);
    }

    const call = { exchange, request, asker, outcome };
    const isOpen = mayIntrospect(introspection, viewer);
    const checked = isOpen === isForAll ? early : checkFor(isOpen);
    const answer = await ("errors" in checked
      ? present(call, { errors: checked.errors }, checked.cost)
      : answerChecked(call, checked));
    if (cookie.headers.length === 0) return answer;
    return { ...answer, headers: { ...answer.headers, "set-cookie": [...cookie.headers] } };
  };

  async function answerChecked(call: Call, checked: Checked): Promise<Answer> {
    const turn = turns.open(call.asker.viewer?.id ?? null);
    try {
      return await finish(call, checked, await execute(call, checked, turn));
    } finally {
      turn.end();
    }
  }

  /** @returns the answer as JSON where all is well; else what it came to, without what is not the caller's business */
  async function execute(call: Call, checked: Checked, turn: Turn): Promise<string | ExecutionResult> {
    const { exchange, request, asker, outcome } = call;
    const { viewer, db, caller, cookie } = asker;
    const context: Context = { viewer, db, caller, cookie, outcome, services, now: toldClock(now, outcome) };
    try {
      await admit(call, checked, turn);
      const result = await run(schema, checked, request.params, context);
      return typeof result === "string" ? result : maskResult(result, exchange.id, log);
    } catch (error) {
      return maskResult({ errors: [error] }, exchange.id, log);
    }
  }

  async function finish(call: Call, checked: Checked, result: string | ExecutionResult): Promise<Answer> {
    const { request, outcome } = call;
    const limited = await limitAnswer(result, outcome, checked.cost);
    const answer =
      typeof limited === "string"
        ? answerOf(request.type, limited)
        : await present(call, limited, checked.cost);
    await giveWay(outcome);
    if (typeof limited === "string" || limited.errors === undefined) keep(call, checked, answer);
    return answer;
  }

  /** Keeps an answer without errors, where nothing but the request and the viewer's own rows has made it what it is. */
  function keep(
    { exchange, request, asker, outcome }: Call,
    { operation, cost }: Checked,
    { body }: Answer,
  ): void {
    if (answers === null || asker.viewer === null || asksForCost(request.params)) return;
    if (operation.isCacheable() && !outcome.readsClock)
      answers.keep(asker.viewer, exchange, request, { body, operation: cost });
  }
}
