import type { ExecutionResult } from "graphql";
import { createYoga, type GraphQLParams, type Plugin } from "graphql-yoga";
import type { Exchange } from "../http/exchange.ts";
import { maskError } from "./errors.ts";
import type { GraphqlParams } from "./params.ts";
import { type Answer, readAnswer } from "./response.ts";

/** What Yoga is handed with a request. */
type Handed = { params: GraphqlParams; result: ExecutionResult };

/** Hands Yoga the parameters and the result of a request in place of working them out itself. */
function useHanded(): Plugin<Handed, Handed> {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      // Null counts as left out, for Yoga as well, though its types do not say so.
      setRequestParser(() => serverContext.params as GraphQLParams);
    },
    onParams({ context, setResult }) {
      setResult((context as Handed).result);
    },
  };
}

/**
 * Makes what turns a result into an answer, by Yoga, which knows which status and headers a result has (GraphQL over
 * HTTP). Its answer is written by the front: in one piece, and only when it is JSON.
 */
export function createResponder() {
  const yoga = createYoga<Handed>({
    graphqlEndpoint: "/graphql",
    plugins: [useHanded()],
    maskedErrors: { maskError, errorMessage: "Unexpected error." },
    // What the front does itself, or nobody should.
    parserAndValidationCache: false,
    logging: false,
    batching: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    // Even to look at the body would wrap the request in streams; the front has read and measured it.
    maxRequestBodySize: false,
  });
  const handle = yoga.handleNodeRequestAndResponse;
  return async ({ req, res }: Exchange, params: GraphqlParams, result: ExecutionResult): Promise<Answer> =>
    readAnswer(await handle(req, res, { params, result }));
}

/** Answers a request with what it came to. */
export type Respond = ReturnType<typeof createResponder>;
