import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";

/** What the log line of a request says besides the request itself; ids and names, never values. */
export type RequestNotes = { user?: string; operation?: string };

type RequestState = { readonly id: string; answered: boolean; notes: RequestNotes };

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

/** Says that the answer is complete although `end()` is yet to be called. */
export function markAnswered(req: IncomingMessage): void {
  stateOf(req).answered = true;
}

/** Writes one line a request to the log, when it is answered or its client has gone. */
export function logRequest(req: IncomingMessage, res: ServerResponse, log: Logger): void {
  const startedAt = performance.now();
  // Read now: what handles the request may rewrite it.
  const method = req.method;
  const path = pathOf(req.url ?? "");
  res.on("close", () => {
    const { id, answered, notes } = stateOf(req);
    const aborted = !(answered || res.writableFinished);
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    const line = { id, method, path, status: res.statusCode, ms, ...notes, ...(aborted && { aborted }) };
    if (res.statusCode >= 500) log.warn(line, "request");
    else log.info(line, "request");
  });
}

function stateOf(req: IncomingMessage): RequestState {
  const known = states.get(req);
  if (known !== undefined) return known;
  const sent = req.headers["x-request-id"];
  const id = typeof sent === "string" && safeId.test(sent) ? sent : randomUUID();
  const state = { id, answered: false, notes: {} };
  states.set(req, state);
  return state;
}

// Without the query, nor the authority of an absolute target: they may hold what is not for the log.
function pathOf(target: string): string {
  if (!target.startsWith("/")) return "-";
  const end = target.search(/[?#]/);
  return (end === -1 ? target : target.slice(0, end)).slice(0, 200);
}
