import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { Refusal } from "../errors.ts";
import { answerGraphql, type GraphqlHandler, wantsPage } from "../graphql/endpoint.ts";
import { ClientGone } from "../http/client-gone.ts";
import { createCors, isPreflight, sendPreflight } from "../http/cors.ts";
import { answerDownload, type DownloadHandler } from "../http/download.ts";
import { createGraphiql } from "../http/graphiql/graphiql.ts";
import { send } from "../http/headers.ts";
import { createReadiness, sendLive } from "../http/health.ts";
import { HttpRefusal, methodNotAllowed, refuseError } from "../http/refusal.ts";
import { logRequest, requestId } from "../http/request.ts";
import { belowBase, isHost, parseTarget, type Target } from "../http/target.ts";
import { createClient } from "../http/web-client.ts";

export type FrontOptions = {
  graphql: GraphqlHandler;
  /** Answers at /export. */
  download: DownloadHandler;
  isReady: () => Promise<boolean>;
  /** Where the built web client is; it may be missing. */
  clientDir: string;
  /** Where people reach all this on its origin: "/tasks"; "" for the root. */
  basePath: string;
  /** Whether a browser gets GraphiQL at /graphql. */
  graphiql: boolean;
  /** Origins whose pages may call the API besides our own. */
  corsOrigins: readonly string[];
  log: Logger;
};

const readyLimitMs = 2_000;
const maxHeaders = 200;

/**
 * Makes what stands in front of the GraphQL server: it lets through what is well-formed, answers everything
 * else itself, and never throws.
 */
export function createFront(options: FrontOptions): RequestListener {
  const { graphql, download, basePath, log } = options;
  const sendReady = createReadiness(options.isReady, readyLimitMs);
  const sendClient = createClient(options.clientDir, basePath);
  const graphiql = options.graphiql ? createGraphiql(basePath) : null;
  const cors = createCors(options.corsOrigins);

  async function answer(req: IncomingMessage, res: ServerResponse, target: Target): Promise<void> {
    const { query } = target;
    const path = belowBase(target.path, basePath);
    if (path === "/graphql") {
      if (!wantsPage(req)) {
        const isInvited = cors.admit(req, res);
        if (isInvited && isPreflight(req)) return sendPreflight(res);
        return answerGraphql(req, res, query, { handler: graphql, isInvited });
      }
      if (graphiql !== null) return graphiql.sendPage(req, res);
      throw new HttpRefusal(404, "BAD_REQUEST", "There is no page here. Send GraphQL requests with POST.");
    }
    if (path === "/export") {
      const isInvited = cors.admit(req, res);
      return isInvited && isPreflight(req) ? sendPreflight(res) : answerDownload(req, res, download);
    }
    if (graphiql !== null && path.startsWith("/graphiql/")) return graphiql.sendAsset(req, res, path);
    if (path !== "/live" && path !== "/ready") return sendClient(req, res, path);
    if (req.method !== "GET" && req.method !== "HEAD") throw methodNotAllowed("GET, HEAD");
    return path === "/live" ? sendLive(res) : sendReady(res);
  }

  function fail(req: IncomingMessage, res: ServerResponse, error: unknown): void {
    if (error instanceof ClientGone) return;
    if (!(error instanceof Refusal)) log.error({ id: requestId(req), err: error }, "request failed");
    if (res.headersSent) res.destroy();
    else refuseError(res, error);
  }

  return (req, res) => {
    logRequest(req, res, log);
    // Written to after the client has gone: nobody is left to tell.
    res.on("error", () => {});
    try {
      const target = readHead(req);
      if (target === null) return send(res, 400, { Connection: "close", "Cache-Control": "no-store" }, "");
      answer(req, res, target).catch((error: unknown) => fail(req, res, error));
    } catch (error) {
      fail(req, res, error);
    }
  };
}

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
