import { trackChange } from "./changes.ts";
import { markAway, markBack } from "./connection.ts";

/** The server leaves nothing unanswered for longer than 10 seconds; after this it won't answer any more. */
const patience = 15_000;

/** But deleting an account with very many tasks takes up to this. */
const longPatience = 60_000;

const notNow = new Set([502, 503, 504]);

/** A proxy that can't reach the server answers in its own words, and not in JSON. */
function isAway(response: Response): boolean {
  if (notNow.has(response.status)) return true;
  return response.status >= 500 && !response.headers.get("Content-Type")?.includes("json");
}

/** Whether a request has such an operation; what users write is quoted in JSON and can't look like one. */
function hasOperation(init: RequestInit | undefined, start: string): boolean {
  return typeof init?.body === "string" && init.body.includes(`"query":"${start}`);
}

const isChange = (init: RequestInit | undefined) => hasOperation(init, "mutation ");
const isDeletion = (init: RequestInit | undefined) => hasOperation(init, "mutation DeleteAccount_Delete(");
const isCreation = (init: RequestInit | undefined) => hasOperation(init, "mutation TaskMutations_Create(");

/**
 * The `fetch` of one identity.
 * @param over aborted when the identity ends: what is being read then is dropped, and whoever waits hears nothing more,
 * so that no answer for one user can reach the screen of the next. What was changed just before is still meant.
 */
export function createTransport(over: AbortSignal): typeof fetch {
  let lastCreation: Promise<unknown> = Promise.resolve();

  const send: typeof fetch = async (input, init) => {
    const limit = AbortSignal.timeout(isDeletion(init) ? longPatience : patience);
    const signals = [isChange(init) ? [] : over, limit, init?.signal ?? []].flat();
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
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

  /** New tasks go one by one: the server keeps them in the order in which they come, which is to be that of typing. */
  const sendInTurn: typeof fetch = (input, init) => {
    const turn = lastCreation.then(() => send(input, init));
    lastCreation = turn.catch(() => {});
    return turn;
  };

  return async (input, init) => {
    try {
      const sent = (isCreation(init) ? sendInTurn : send)(input, init);
      const response = await (isChange(init) && init?.credentials === "omit" ? trackChange(sent) : sent);
      if (!over.aborted) return response;
    } catch (error) {
      if (!over.aborted) throw error;
    }
    return new Promise<never>(() => {});
  };
}
