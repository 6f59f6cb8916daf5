import { execute } from "graphql";
import type { GraphQLParams, Plugin, YogaServerInstance } from "graphql-yoga";
import type { Exchange } from "../http/exchange.ts";
import type { GraphqlRequest } from "./endpoint.ts";
import type { GraphqlParams } from "./params.ts";
import { type Answer, readAnswer } from "./response.ts";

/** What Yoga's context starts from. */
export type FrontContext = { exchange: Exchange; received: GraphqlParams };

/** The options of `createYoga` that switch off what the front does itself, or nobody should. */
export const frontYogaOptions = {
  graphqlEndpoint: "/graphql",
  batching: false,
  cors: false,
  graphiql: false,
  landingPage: false,
  multipart: false,
  // Even to look at the body would wrap the request in streams; the front has read and measured it.
  maxRequestBodySize: false,
} as const;

/** Gives Yoga the parameters that the front has parsed, in place of its own parsers of bodies. */
export function useReceivedParams(): Plugin<object, FrontContext> {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      const { received } = serverContext as FrontContext;
      // Null counts as left out, for Yoga as well, though its types do not say so.
      setRequestParser(() => received as GraphQLParams);
    },
  };
}

/**
 * Executes operations by GraphQL's own reference, which knows an object with a field called `then` from a promise, and
 * keeps what a caller may call `__proto__`.
 */
export function useGraphqlExecute(): Plugin {
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(execute) };
}

/**
 * Runs Yoga behind the front. Its answer is written by the front: in one piece, and only when it is JSON. Yoga's
 * own listener shows a stack trace where a request makes it throw.
 *
 * @returns what executes a request, in a context that starts from the front's and `extra`
 */
export function serveYoga<Extra extends object, UserContext extends Record<string, unknown>>(
  yoga: YogaServerInstance<FrontContext & Extra, UserContext>,
) {
  const handle = yoga.handleNodeRequestAndResponse;
  return async (exchange: Exchange, { params }: GraphqlRequest, extra: Extra): Promise<Answer> =>
    readAnswer(await handle(exchange.req, exchange.res, { exchange, received: params, ...extra }));
}
