import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { Refusal } from "../errors.ts";
import { ClientGone } from "./client-gone.ts";
import { createCors, isPreflight, sendPreflight } from "./cors.ts";
import type { Exchange, Handler } from "./exchange.ts";
import { send } from "./headers.ts";
import { HttpRefusal, methodNotAllowed, refuseError } from "./refusal.ts";
import { logRequest } from "./request-log.ts";
import { belowBase, isHost, parseTarget, type Target } from "./target.ts";

/** What a request asks for, as its route gets it. */
export type RouteRequest = Target & {
  /** Whether it is from a page of another site that may call the API. */
  isInvited: boolean;
};

/** An address, and what is there. */
export type Route<Deps> = {
  /** With "/" at its end: all that is below it. */
  path: string;
  methods: readonly string[];
  /** Whether pages of the origins that the operator lists may ask; left out: none may. */
  cors?: true;
  /** Which requests to the address it takes; all when left out. */
  takes?(exchange: Exchange): boolean;
  /** What it throws is answered, unless the answer has begun: then it is cut off. */
  answer(deps: Deps, exchange: Exchange, request: RouteRequest): Promise<void> | void;
};

export type FrontOptions<Deps> = {
  /** Of those that would do the first is taken; the last does for everything. */
  routes: readonly Route<Deps>[];
  deps: Deps;
  /** Where people reach all this on its origin: "/tasks"; "" for the root. */
  basePath: string;
  /** Origins whose pages may call the API besides our own. */
  corsOrigins: readonly string[];
  /** What a request is refused with that met an error of somebody else's, the database's; null for a bug. */
  refusalFor(error: unknown): Refusal | null;
  log: Logger;
};

const maxHeaders = 200;

/**
 * Makes what stands in front of the routes: it lets through what is well-formed, answers everything else itself, and
 * never throws.
 */
export function createFront<Deps>(options: FrontOptions<Deps>): Handler {
  const { routes, deps, basePath, refusalFor, log } = options;
  const cors = createCors(options.corsOrigins);

  async function answer(exchange: Exchange, target: Target): Promise<void> {
    const path = belowBase(target.path, basePath);
    const route = routes.find((each) => leadsTo(each, path) && each.takes?.(exchange) !== false);
    if (route === undefined) throw new HttpRefusal(404, "BAD_REQUEST", "There is nothing at this address.");
    const isInvited = route.cors === true && cors.admit(exchange);
    if (isInvited && isPreflight(exchange)) return sendPreflight(exchange);
    if (!route.methods.includes(exchange.req.method ?? "")) throw methodNotAllowed(route.methods);
    return route.answer(deps, exchange, { ...target, path, isInvited });
  }

  function fail(exchange: Exchange, error: unknown): void {
    if (error instanceof ClientGone) return;
    const refusal = error instanceof Refusal ? error : refusalFor(error);
    const line = { id: exchange.id, err: error };
    if (refusal === null) log.error(line, "request failed");
    else if (refusal !== error && refusal.code === "SERVICE_UNAVAILABLE")
      log.warn(line, "the database could not answer");
    if (exchange.res.headersSent) exchange.res.destroy();
    else refuseError(exchange, refusal);
  }

  return (exchange) => {
    logRequest(exchange, log);
    // Written to after the client has gone: nobody is left to tell.
    exchange.res.on("error", () => {});
    try {
      const target = readHead(exchange.req);
      if (target === null)
        return send(exchange, 400, { Connection: "close", "Cache-Control": "no-store" }, "");
      answer(exchange, target).catch((error: unknown) => fail(exchange, error));
    } catch (error) {
      fail(exchange, error);
    }
  };
}

const leadsTo = ({ path }: { path: string }, asked: string): boolean =>
  path.endsWith("/") ? asked.startsWith(path) : asked === path;

/**
 * Reads what every request has to have right.
 * @returns null where it could mean more than one thing to those who pass it on
 * @throws Refusal for what needs a word of explanation
 */
function readHead(req: IncomingMessage): Target | null {
  const { rawHeaders, headers } = req;
  if (rawHeaders.length > maxHeaders * 2) {
    throw new HttpRefusal(431, "BAD_REQUEST", `A request has at most ${maxHeaders} headers.`);
  }
  if (isRepeated(rawHeaders, "host") || isRepeated(rawHeaders, "content-type")) return null;
  // HTTP/1.0 need not have one (RFC 9112 §3.2).
  if (headers.host === undefined ? req.httpVersion !== "1.0" : !isHost(headers.host)) return null;
  if (isRepeated(rawHeaders, "authorization")) {
    throw new Refusal("BAD_REQUEST", "The request has two Authorization headers.", {
      "WWW-Authenticate": 'Bearer realm="ownlist", error="invalid_request"',
    });
  }
  return parseTarget(req.url ?? "");
}

// Node keeps the first of these and drops the others without a word.
function isRepeated(rawHeaders: string[], name: string): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
