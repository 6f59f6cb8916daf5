import { markAway, markBack } from "./connection.ts";

/** The server leaves nothing unanswered for longer than 10 seconds; after this it won't answer any more. */
const patience = 15_000;

const notNow = new Set([502, 503, 504]);

/** A proxy that can't reach the server answers in its own words, and not in JSON. */
function isAway(response: Response): boolean {
  if (notNow.has(response.status)) return true;
  return response.status >= 500 && !response.headers.get("Content-Type")?.includes("json");
}

/**
 * The `fetch` of one identity.
 * @param over aborted when the identity ends: requests in flight are dropped, and whoever waits for them hears nothing
 * more, so that no answer for one user can reach the screen of the next.
 */
export function createTransport(over: AbortSignal): typeof fetch {
  return async (input, init) => {
    const signals = [over, AbortSignal.timeout(patience), init?.signal ?? []].flat();
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      // Read to the end here, so that an answer cut short counts as none.
      const body = await response.arrayBuffer();
      if (isAway(response)) markAway();
      else markBack();
      return new Response(body, response);
    } catch (error) {
      if (over.aborted) return new Promise<never>(() => {});
      if (!init?.signal?.aborted) markAway();
      throw error;
    }
  };
}
