import type { ExecutionResult } from "graphql";
import type { Logger } from "pino";
import type { Context, Services } from "../features/kit/context.ts";
import { schema } from "../features/schema.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Asker, Identity } from "../identity/asker.ts";
import { type Budget, createAdmit } from "./admit.ts";
import { createAnalyse } from "./analysis.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { Call } from "./call.ts";
import { type Checked, createCheck } from "./check.ts";
import { giveWay, limitAnswer, readInTurn } from "./cost/answer-size.ts";
import { createConcurrency, mostAtOnce, type Turn } from "./cost/concurrency.ts";
import type { OperationCost } from "./cost/operation-cost.ts";
import { asksForCost } from "./cost/told-cost.ts";
import type { GraphqlHandler, GraphqlRequest } from "./endpoint.ts";
import { maskResult } from "./errors.ts";
import { type Introspection, mayIntrospect } from "./introspection.ts";
import { createOutcome, toldClock } from "./outcome.ts";
import type { Run } from "./plan/plan.ts";
import { createPresent } from "./present.ts";
import { type Answer, answerOf } from "./response.ts";
import { complete, runPlan } from "./run.ts";
import { createResponder } from "./yoga.ts";

export type PipelineDeps = {
  services: Services;
  now: () => Date;
  identity: Identity;
  log: Logger;
  /** Whether answers are kept for as long as they are right. */
  keepsAnswers: boolean;
  introspection: Introspection;
  budget: Budget;
};

/** Makes what answers GraphQL requests. All go one way, as far as they get: it is told from here down. */
export function createPipeline(deps: PipelineDeps): GraphqlHandler {
  const { services, now, identity, log, keepsAnswers, introspection, budget } = deps;
  const check = createCheck(schema, createAnalyse(schema, introspection));
  const admit = createAdmit(budget);
  const present = createPresent(introspection, createResponder());
  const turns = createConcurrency(mostAtOnce);
  const answers = keepsAnswers ? createAnswerCache<OperationCost>() : null;

  return async (exchange, request) => {
    const checkFor = (isOpen: boolean) => check(request.params, exchange.req.method, isOpen);
    // Takes no viewer, and says nothing yet: a credential that does not hold is what is refused first.
    const isForAll = introspection === "open";
    const early = checkFor(isForAll);
    const begun = "errors" in early ? null : await answerEarly(exchange, request, early);
    if (begun !== null) return begun;

    const outcome = createOutcome();
    const asker = await identity.identify(exchange, (read) => readInTurn(outcome, read));
    const { viewer } = asker;

    const kept = viewer && answers?.find(viewer, exchange, request);
    if (kept) {
      await budget.pay(kept.operation, asker);
      return answerOf(request.type, kept.body);
    }

    const call = { exchange, request, asker, outcome };
    const isOpen = mayIntrospect(introspection, viewer);
    // What is right for somebody who may not look at the schema is right for everybody.
    const checked = "errors" in early && isOpen !== isForAll ? checkFor(isOpen) : early;
    return "errors" in checked
      ? present(call, { errors: checked.errors }, checked.cost)
      : answerChecked(call, checked);
  };

  /**
   * Answers an operation whose statements look the session up along the way: none of them is executed unless it holds.
   * What comes before is looked at all the same, and its price paid as soon as it is known that it is the user who asks.
   *
   * @returns null where it has to be known first who asks; nothing has been done then
   */
  async function answerEarly(
    exchange: Exchange,
    request: GraphqlRequest,
    checked: Checked,
  ): Promise<Answer | null> {
    const { operation, cost } = checked;
    if (!operation.isEarly) return null;
    const outcome = createOutcome();
    const beginning = {
      mayBegin: (userId: string) => answers?.has(userId, request) !== true,
      onConfirmed: (asker: Asker) => budget.payAfterwards(cost, asker),
    };
    const begun = identity.begin(exchange, beginning, (read) => readInTurn(outcome, read));
    if (begun === null || !budget.hasFor(cost, begun.asker)) return null;
    const { asker } = begun;
    const turn = turns.open(asker.viewer.id);
    try {
      const refusal = await turn.begin(cost.cost).then(
        () => null,
        (error: unknown) => error,
      );
      if (refusal !== null) return await refuse(exchange, request, checked, refusal);
      const ran = await runPlan(checked, request.params, contextOf({ asker, outcome }));
      const confirmed = ran && (await begun.confirm());
      if (ran === null || confirmed === null) return null;
      exchange.notes.operation = operation.name;
      const call = { exchange, request, asker: confirmed, outcome };
      return await finish(call, checked, await say(call, checked, ran));
    } finally {
      turn.end();
    }
  }

  /** Answers an operation that has waited in vain, so that it does not wait again. */
  async function refuse(exchange: Exchange, request: GraphqlRequest, checked: Checked, refusal: unknown) {
    const asker = await identity.identify(exchange);
    await budget.pay(checked.cost, asker);
    const call = { exchange, request, asker, outcome: createOutcome() };
    return finish(call, checked, maskResult({ errors: [refusal] }, exchange.id, log));
  }

  async function answerChecked(call: Call, checked: Checked): Promise<Answer> {
    const turn = turns.open(call.asker.viewer?.id ?? null);
    try {
      return await finish(call, checked, await execute(call, checked, turn));
    } finally {
      turn.end();
    }
  }

  function contextOf({ asker, outcome }: Pick<Call, "asker" | "outcome">): Context {
    const { viewer, db, caller, cookie } = asker;
    return { viewer, db, caller, cookie, outcome, services, now: toldClock(now, outcome) };
  }

  async function execute(call: Call, checked: Checked, turn: Turn): Promise<string | ExecutionResult> {
    try {
      await admit(call, checked, turn);
      return await say(call, checked, await runPlan(checked, call.request.params, contextOf(call)));
    } catch (error) {
      return maskResult({ errors: [error] }, call.exchange.id, log);
    }
  }

  /** @returns the answer as JSON where all is well; else what it came to, without what is not the caller's business */
  async function say(call: Call, checked: Checked, ran: Run | null): Promise<string | ExecutionResult> {
    const result = await complete(schema, checked, call.request.params, () => contextOf(call), ran);
    return typeof result === "string" ? result : maskResult(result, call.exchange.id, log);
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
    const { headers } = call.asker.cookie;
    return headers.length === 0
      ? answer
      : { ...answer, headers: { ...answer.headers, "set-cookie": [...headers] } };
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
