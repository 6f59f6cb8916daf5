import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { addressOf } from "./client-address.ts";

/** What the log line of a request says besides the request itself; ids and names, never values. */
export type RequestNotes = { user?: string; operation?: string };

/** How far a request's sender has got with a limit. */
export type LimitCount = {
  readonly policy: string;
  readonly points: number;
  readonly seconds: number;
  readonly remaining: number;
  /** Milliseconds until all points are free again. */
  readonly ms: number;
};

type RequestState = {
  readonly id: string;
  answered: boolean;
  notes: RequestNotes;
  /** Of the limits that the request counted against, the one that is closest; null while there is none. */
  limit: LimitCount | null;
};

const states = new WeakMap<IncomingMessage, RequestState>();
// Taken over from a proxy that numbers requests; anything longer or stranger is replaced.
const safeId = /^[A-Za-z0-9._-]{8,64}$/;

/** The id of a request: in the header X-Request-Id of its answer, in its log line, in the error it caused. */
export function requestId(req: IncomingMessage): string {
  return stateOf(req).id;
}

/** Adds to the log line that is written when the request has been answered. */
export function annotate(req: IncomingMessage, notes: RequestNotes): void {
  Object.assign(stateOf(req).notes, notes);
}

/** What the log line of a request will say besides the request itself. */
export function notesOf(req: IncomingMessage): RequestNotes {
  return stateOf(req).notes;
}

/** Says that a request counted against a limit. */
export function noteLimit(req: IncomingMessage, count: LimitCount): void {
  const state = stateOf(req);
  const known = state.limit;
  if (known === null || count.remaining / count.points <= known.remaining / known.points) state.limit = count;
}

/** The limit that a request has come closest to; null where it counted against none. */
export function limitOf(req: IncomingMessage): LimitCount | null {
  return stateOf(req).limit;
}

/** Says that the answer is complete although `end()` is yet to be called. */
export function markAnswered(req: IncomingMessage): void {
  stateOf(req).answered = true;
}

/** Refusals that tell of somebody who tries what is not theirs; where they come from is logged (OWASP ASVS 5.0, 16.3). */
const suspicious = new Set([401, 403, 429]);

/** Writes one line a request to the log, when it is answered or its client has gone. */
export function logRequest(req: IncomingMessage, res: ServerResponse, log: Logger): void {
  const startedAt = performance.now();
  // Read now: what handles the request may rewrite it.
  const method = req.method;
  const path = pathOf(req.url ?? "");
  // A connection that has ended has no address any more.
  const address = addressOf(req);
  res.on("close", () => {
    const { id, answered, notes } = stateOf(req);
    const aborted = !(answered || res.writableFinished);
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    const status = res.statusCode;
    const more = { ...notes, ...(suspicious.has(status) && { address }), ...(aborted && { aborted }) };
    const line = { id, method, path, status, ms, ...more };
    if (status >= 500) log.warn(line, "request");
    else log.info(line, "request");
  });
}

function stateOf(req: IncomingMessage): RequestState {
  const known = states.get(req);
  if (known !== undefined) return known;
  const sent = req.headers["x-request-id"];
  const id = typeof sent === "string" && safeId.test(sent) ? sent : randomUUID();
  const state = { id, answered: false, notes: {}, limit: null };
  states.set(req, state);
  return state;
}

// Without the query, nor the authority of an absolute target: they may hold what is not for the log.
function pathOf(target: string): string {
  if (!target.startsWith("/")) return "-";
  const end = target.search(/[?#]/);
  return (end === -1 ? target : target.slice(0, end)).slice(0, 200);
}
