import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  OperationTypeNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { Refusal } from "../errors.ts";
import { tooComplex } from "./complexity.ts";
import type { Outcome } from "./fixed-answers.ts";
import { isLargerThan } from "./json-size.ts";

/** Bytes of the largest answer to a query: a full page of tasks fits whose descriptions are as long as they get. */
export const maxAnswerSize = 8 * 1024 * 1024;

const message = `The answer would be larger than ${maxAnswerSize} bytes. Ask for less at once: smaller pages, or fewer long texts.`;

const code = "QUERY_TOO_COMPLEX";

/** Refuses the answer to an operation that was executed around Yoga, in the words of {@link useAnswerLimit}. */
export const answerTooLarge = () => new Refusal(code, message);

/** What ends an execution by Yoga at once; else it would go on, with null for each text that is too much. */
const givenUp = () => new GraphQLError(message, { extensions: { code, CRITICAL_ERROR: true } });

/**
 * Whether the answer to a query was given up, or takes more than {@link maxAnswerSize} as JSON in UTF-8. To write it down
 * and then look would take the memory first: a text under many names is one text until then.
 */
export function isTooLarge(result: ExecutionResult): boolean {
  const isGivenUp = "data" in result && result.errors?.some(({ extensions }) => extensions?.code === code);
  return isGivenUp || isLargerThan(maxAnswerSize, result);
}

/**
 * Refuses answers that would be too large, before they are written down. Those to mutations are not: what they did is
 * done, and what they may cost keeps them far below.
 */
export function useAnswerLimit(): Plugin<object, { outcome: Outcome }> {
  return {
    onResultProcess({ result, setResult, serverContext: { outcome } }) {
      if (Symbol.asyncIterator in result || outcome.operation?.type === "mutation") return;
      if (!isTooLarge(result as ExecutionResult)) return;
      outcome.isFixed = false;
      setResult({ errors: [tooComplex(message)] });
    },
  };
}

type Resolver = GraphQLFieldResolver<unknown, object>;

/** UTF-16 units of the long texts in the answer to a request, by its context. */
const lengths = new WeakMap<object, number>();

/** Has a query given up as soon as its long texts alone are too large for an answer: each unit takes a byte at least. */
function counted(resolve: Resolver): Resolver {
  return (row, args, context, info) => {
    const text = resolve(row, args, context, info);
    if (typeof text !== "string" || info.operation.operation !== OperationTypeNode.QUERY) return text;
    const length = (lengths.get(context) ?? 0) + text.length;
    lengths.set(context, length);
    if (length > maxAnswerSize) throw givenUp();
    return text;
  };
}

/** Counts the texts that say of themselves that they can be long, while an answer is made. */
export function countLongTexts(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve, extensions } = field as { resolve?: Resolver; extensions: { long?: boolean } };
      if (resolve && extensions.long) field.resolve = counted(resolve);
    }
  }
  return schema;
}
