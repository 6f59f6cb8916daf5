import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isAmong, readProxies } from "./client-address.ts";
import { type Connection, endAfter, openConnection } from "./connection.ts";
import { type Exchange, type Handler, openExchange } from "./exchange.ts";
import { securityHeaders, send } from "./headers.ts";
import { readPublicUrl } from "./own-address.ts";
import { HttpRefusal, refuseError } from "./refusal.ts";
import { createSockets, mostSockets, type SocketLimits } from "./sockets.ts";
import { createUnsent, type UnsentLimits } from "./unsent.ts";

export type HttpLimits = SocketLimits &
  UnsentLimits & {
    /** Milliseconds from the first byte to the last of a request's headers. */
    headersTimeout: number;
    /** Milliseconds from the first byte to the last of a request. */
    requestTimeout: number;
    /** Milliseconds between looks for connections that have used up their time. */
    connectionsCheckingInterval: number;
    /** Milliseconds that a connection may lie idle; longer than the minute that proxies keep theirs. */
    keepAliveTimeout: number;
    /** Milliseconds without a byte in either direction while a request is answered. */
    idleTimeout: number;
    maxRequestsPerSocket: number;
  };

/** Nobody who is slow on purpose holds a connection for more than 15 seconds. */
export const HTTP_LIMITS: HttpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 13_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  idleTimeout: 60_000,
  maxRequestsPerSocket: 1_000,
  maxConnections: 10_000,
  // Many people may share an address, be it of a proxy that nobody has named in TRUST_PROXY.
  maxConnectionsByNetwork: 2_500,
  maxUnsent: 64_000_000,
  maxUnsentByNetwork: 16_000_000,
  readingTime: 60_000,
  slowestReading: 10_000,
};

/** Connections that the system may hand over before those that make room for them have closed. */
const leeway = 512;

export type Listener = {
  /** It does not listen yet. */
  readonly server: Server;
  /**
   * Stops: nothing new is taken, idle connections close at once, requests in flight are finished, and what is left of
   * them after the time of grace is cut off.
   * @param graceMs milliseconds
   */
  close(graceMs: number): Promise<void>;
};

export type ListenerOptions = {
  limits?: HttpLimits;
  /** IP addresses and ranges in CIDR notation that others come through, and that are believed to say who they are. */
  proxies?: readonly string[];
  /** Where people reach the server, as an absolute URL; null where nobody has said. */
  publicUrl?: string | null;
};

const statusTexts: Record<number, string> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

/**
 * Makes a server that refuses what is malformed, too large or too slow, answers the requests of a connection one after
 * the other, and gives nobody so much of its connections and memory that others would lack it.
 *
 * @throws Error where a proxy is neither an address nor a range
 */
export function createListener(
  handler: Handler,
  { limits = HTTP_LIMITS, proxies = [], publicUrl = null }: ListenerOptions = {},
): Listener {
  const server = createServer({
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: limits.connectionsCheckingInterval,
    keepAliveTimeout: limits.keepAliveTimeout,
    maxHeaderSize: 16_384,
    insecureHTTPParser: false,
    requireHostHeader: false,
  });
  const maxConnections = mostSockets(limits.maxConnections);
  // The front asks for the Host, and counts the headers: Node would drop those beyond its own limit and go on.
  Object.assign(server, {
    maxConnections: maxConnections + leeway,
    maxHeadersCount: 0,
    timeout: limits.idleTimeout,
  });
  const connections = new Map<Socket, Connection>();
  const trusted = readProxies(proxies);
  const unsent = createUnsent(limits);
  const surroundings = { proxies: trusted, publicUrl: readPublicUrl(publicUrl), unsent };
  const maxConnectionsByNetwork = (limits.maxConnectionsByNetwork * maxConnections) / limits.maxConnections;
  const sockets = createSockets({ maxConnections, maxConnectionsByNetwork }, (address) =>
    isAmong(trusted, address),
  );

  server.on("connection", (socket) => {
    const place = sockets.admit(socket);
    if (place === null) {
      socket.destroy();
      return;
    }
    connections.set(socket, openConnection(socket, place));
    socket.on("close", () => connections.delete(socket));
  });
  const takeFor = (answer: Handler) => (req: IncomingMessage, res: ServerResponse) => {
    const connection = connections.get(req.socket);
    if (connection === undefined) return;
    const isLast = connection.served + 1 === limits.maxRequestsPerSocket || !server.listening;
    connection.take({ exchange: openExchange(req, res, surroundings), answer }, isLast);
  };
  server.on("request", takeFor(handler));
  // The front says "continue" when it has seen that it wants the body.
  server.on("checkContinue", takeFor(handler));
  server.on(
    "checkExpectation",
    takeFor((exchange) => {
      refuseError(
        exchange,
        new HttpRefusal(417, "BAD_REQUEST", "The only expectation that is met is 100-continue."),
      );
    }),
  );
  server.on("clientError", (error, socket) => {
    refuseMalformed(error, socket as Socket, connections.get(socket as Socket)?.latest ?? null);
  });

  async function close(graceMs: number): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const [socket, connection] of connections) {
      const { latest } = connection;
      if (connection.inFlight === 0) socket.destroy();
      else if (latest !== null && !latest.res.headersSent) endAfter(connection, latest);
    }
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  return { server, close };
}

/** Answers what is no request, or does not become one in time, and closes the connection. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket, latest: Exchange | null): void {
  const status = statusOf(error);
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
  } else if (latest !== null && !latest.req.complete && !latest.res.headersSent) {
    // Its body is what is wrong.
    send(latest, status, { Connection: "close", "Cache-Control": "no-store" }, "");
  } else if (latest !== null && !(latest.res.writableFinished && latest.req.complete)) {
    // In the middle of an answer a status line would be taken for a part of it.
    socket.destroy();
  } else {
    const headers = Object.entries({
      ...securityHeaders,
      "Cache-Control": "no-store",
      Connection: "close",
      "Content-Length": "0",
    });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.end(`HTTP/1.1 ${status} ${statusTexts[status]}\r\n${lines}\r\n`, () => socket.destroy());
  }
}

function statusOf({ code }: NodeJS.ErrnoException): number {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}
