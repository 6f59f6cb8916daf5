import type { Exchange } from "../http/exchange.ts";
import type { Asker } from "../identity/asker.ts";
import type { GraphqlRequest } from "./endpoint.ts";
import type { Outcome } from "./outcome.ts";

/** One GraphQL request, from when it is known who sent it. */
export type Call = {
  readonly exchange: Exchange;
  readonly request: GraphqlRequest;
  readonly asker: Asker;
  readonly outcome: Outcome;
};
