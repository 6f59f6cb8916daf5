import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { securityHeaders, send } from "./headers.ts";
import { HttpRefusal, refuseError } from "./refusal.ts";

export type HttpLimits = {
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
  maxConnections: number;
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
};

/** What is in flight on a connection: requests can follow each other without waiting (RFC 9112 §9.3.2). */
type Connection = { served: number; inFlight: number; latest: ServerResponse | null; isLast: boolean };
type Connections = Map<Socket, Connection>;

const connectionsOf = new WeakMap<Server, Connections>();
const statusTexts: Record<number, string> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

/** Makes a server that refuses what is malformed, too large or too slow. It does not listen yet. */
export function createHttpServer(listener: RequestListener, limits: HttpLimits = HTTP_LIMITS): Server {
  const { maxRequestsPerSocket, maxConnections, idleTimeout, ...timeouts } = limits;
  const server = createServer({
    ...timeouts,
    maxHeaderSize: 16_384,
    insecureHTTPParser: false,
    requireHostHeader: false,
  });
  // The front asks for the Host, and counts the headers: Node would drop those beyond its own limit and go on.
  Object.assign(server, { maxConnections, maxHeadersCount: 0, timeout: idleTimeout });
  const connections: Connections = new Map();
  connectionsOf.set(server, connections);

  const handle = (req: IncomingMessage, res: ServerResponse) => {
    const connection = connections.get(req.socket);
    // What comes after the last request is not processed (RFC 9112 §9.6).
    if (connection === undefined || connection.isLast) return;
    follow(connection, res);
    if (connection.served === maxRequestsPerSocket || !server.listening) endAfter(connection, res);
    listener(req, res);
  };
  server.on("connection", (socket) => {
    connections.set(socket, { served: 0, inFlight: 0, latest: null, isLast: false });
    socket.on("close", () => connections.delete(socket));
  });
  server.on("request", handle);
  // The front says "continue" when it has seen that it wants the body.
  server.on("checkContinue", handle);
  server.on("checkExpectation", (_req, res) => {
    refuseError(
      res,
      new HttpRefusal(417, "BAD_REQUEST", "The only expectation that is met is 100-continue."),
    );
  });
  server.on("clientError", (error, socket) => {
    refuseMalformed(error, socket as Socket, connections.get(socket as Socket)?.latest ?? null);
  });
  return server;
}

/**
 * Stops a server: nothing new is taken, idle connections close at once, requests in flight are finished, and
 * what is left of them after the time of grace is cut off.
 * @param graceMs milliseconds
 */
export async function closeGracefully(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  for (const [socket, connection] of connectionsOf.get(server) ?? []) {
    if (connection.inFlight === 0) socket.destroy();
    else if (connection.latest !== null && !connection.latest.headersSent)
      endAfter(connection, connection.latest);
  }
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

// Node's own maxRequestsPerSocket says that the connection is closed, but leaves it open.
function endAfter(connection: Connection, res: ServerResponse): void {
  connection.isLast = true;
  res.shouldKeepAlive = false;
}

function follow(connection: Connection, res: ServerResponse): void {
  connection.served += 1;
  connection.inFlight += 1;
  connection.latest = res;
  res.on("close", () => {
    connection.inFlight -= 1;
  });
}

/** Answers what is no request, or does not become one in time, and closes the connection. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket, latest: ServerResponse | null): void {
  const status = statusOf(error);
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
  } else if (latest !== null && !latest.req.complete && !latest.headersSent) {
    // Its body is what is wrong.
    send(latest, status, { Connection: "close", "Cache-Control": "no-store" }, "");
  } else if (latest !== null && !(latest.writableFinished && latest.req.complete)) {
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
