import { type Exchange, makeOperation, mapExchange, type Operation } from "urql";
import { deliveryOf } from "../graphql/delivery.ts";
import { trackChange } from "./changes.ts";
import { markAway, markBack } from "./connection.ts";

/** The server leaves nothing unanswered for longer than 10 seconds; after this it won't answer any more. */
const usualPatience = 15_000;

const notNow = new Set([502, 503, 504]);

/** A proxy that can't reach the server answers in its own words, and not in JSON. */
function isAway(response: Response): boolean {
  if (notNow.has(response.status)) return true;
  return response.status >= 500 && !response.headers.get("Content-Type")?.includes("json");
}

/** Has operations sent by another `fetch`, each by its own; it can use the one that they were to be sent by. */
export function sendBy(fetchOf: (operation: Operation, send: typeof fetch) => typeof fetch): Exchange {
  return mapExchange({
    onOperation: (operation) => {
      const { kind, context } = operation;
      return makeOperation(kind, operation, {
        ...context,
        fetch: fetchOf(operation, context.fetch ?? fetch),
      });
    },
  });
}

/**
 * Sends the operations of one identity.
 * @param over aborted when the identity ends: what is being read then is dropped, and whoever waits hears nothing more,
 * so that no answer for one user can reach the screen of the next. What was changed just before is still meant.
 */
export function createTransport(over: AbortSignal): Exchange {
  const lanes = new Map<string, Promise<unknown>>();

  return sendBy((operation) => {
    const { withCookie = false, lane, patience = usualPatience } = deliveryOf(operation);
    const isChange = operation.kind === "mutation";

    const send: typeof fetch = async (input, init) => {
      const limit = AbortSignal.timeout(patience);
      const signals = [isChange ? [] : over, limit, init?.signal ?? []].flat();
      const credentials = withCookie ? "same-origin" : "omit";
      try {
        const response = await fetch(input, { ...init, credentials, signal: AbortSignal.any(signals) });
        // Read to the end here, so that an answer cut short counts as none.
        const body = await response.arrayBuffer();
        if (isAway(response)) markAway();
        else markBack();
        return new Response(body, response);
      } catch (error) {
        if (!over.aborted && !init?.signal?.aborted) markAway();
        throw error;
      }
    };

    const sendInTurn: typeof fetch = (input, init) => {
      if (lane === undefined) return send(input, init);
      const turn = (lanes.get(lane) ?? Promise.resolve()).then(() => send(input, init));
      lanes.set(
        lane,
        turn.catch(() => {}),
      );
      return turn;
    };

    return async (input, init) => {
      try {
        const sending = sendInTurn(input, init);
        const response = await (isChange && !withCookie ? trackChange(sending) : sending);
        if (!over.aborted) return response;
      } catch (error) {
        if (!over.aborted) throw error;
      }
      return new Promise<never>(() => {});
    };
  });
}
