import net, { type AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { execute } from "graphql";
import { createSchema } from "graphql-yoga";
import { pino } from "pino";
import { refusalFor } from "../../src/db/failures.ts";
import { createAnalyse } from "../../src/graphql/analysis.ts";
import { createCheck } from "../../src/graphql/check.ts";
import type { GraphqlHandler } from "../../src/graphql/endpoint.ts";
import { maskError } from "../../src/graphql/errors.ts";
import { createResponder } from "../../src/graphql/yoga.ts";
import type { Exchange } from "../../src/http/exchange.ts";
import { createFront } from "../../src/http/front.ts";
import { createListener, HTTP_LIMITS, type HttpLimits } from "../../src/http/listener.ts";
import { createRouteDeps, type RouteDepsOptions, routes } from "../../src/server/routes.ts";
import { scanAnswer } from "../helpers/scanner.ts";

type Settings = Partial<RouteDepsOptions> & {
  corsOrigins?: string[];
  limits?: Partial<HttpLimits>;
  trustProxy?: string[];
  publicUrl?: string;
};

/** The front with a schema behind it that has few fields, on a port of its own. */
export async function startFront({
  limits,
  trustProxy = [],
  publicUrl,
  corsOrigins = [],
  ...options
}: Settings = {}) {
  const written: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      written.push(`${line}`);
      done();
    },
  });
  const released = Promise.withResolvers<string>();
  const schema = createSchema<{ exchange: Exchange }>({
    typeDefs: `
      type Query { echo(text: String): String whoami: String held: String fails: String }
      type Mutation { count: Int }
    `,
    resolvers: {
      Query: {
        echo: (_, { text }: { text?: string }) => text,
        whoami: (_, __, { exchange }) => exchange.req.headers.authorization,
        held: () => released.promise,
        fails: () => Promise.reject(new Error("secret of a resolver")),
      },
      Mutation: { count: () => ++effects.count },
    },
  });
  const effects = { count: 0 };
  const check = createCheck(schema, createAnalyse(schema, "open"));
  const respond = createResponder();
  const graphql: GraphqlHandler = async (exchange, { params }) => {
    const checked = check(params, exchange.req.method, true);
    if ("errors" in checked) return respond(exchange, params, checked);
    Object.assign(exchange.notes, { user: "user-1", operation: "Op" });
    const { document } = checked;
    const { operationName, variables: variableValues } = params;
    const result = await execute({
      schema,
      document,
      operationName,
      variableValues,
      contextValue: { exchange },
    });
    const { errors, ...rest } = result;
    return respond(exchange, params, { ...rest, ...(errors && { errors: errors.map(maskError) }) });
  };
  const basePath = options.basePath ?? "";
  const deps = createRouteDeps({
    graphql,
    download: async () => {},
    isReady: async () => true,
    clientDir: "/nonexistent",
    basePath,
    graphiql: true,
    ...options,
  });
  const log = pino({ base: null }, sink);
  const front = createFront({ routes, deps, basePath, corsOrigins, refusalFor, log });
  const { server, close } = createListener(front, {
    limits: { ...HTTP_LIMITS, ...limits },
    proxies: trustProxy,
    publicUrl: publicUrl ?? null,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    url,
    server,
    effects,
    /** The lines of the log. */
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    /** Lets `held` answer. */
    release: () => released.resolve("released"),
    post: (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body,
      }),
    /** With milliseconds for what is in flight. */
    stop: close,
    close: async () => {
      released.resolve("released");
      await close(1_000);
    },
  };
}

export type TestFront = Awaited<ReturnType<typeof startFront>>;

/** What a server answered on a connection, and whether it closed it. */
export type RawAnswer = { text: string; status: number; closed: boolean; ms: number };

/**
 * Sends bytes as they are and reads until the server closes the connection, or `until` is in what it sent.
 * @param drip sent again every 50 ms
 */
export function sendRaw(
  port: number,
  bytes: string | Buffer,
  { until, drip, withinMs = 5_000 }: { until?: string | RegExp; drip?: string; withinMs?: number } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let text = "";
    let dripping: NodeJS.Timeout | undefined;
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      if (drip !== undefined) dripping = setInterval(() => socket.writable && socket.write(drip), 50);
    });
    const finish = (closed: boolean) => {
      clearInterval(dripping);
      clearTimeout(timer);
      socket.destroy();
      scanAnswer(`http://127.0.0.1:${port}`, text);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ text, status, closed, ms: performance.now() - startedAt });
    };
    const timer = setTimeout(finish, withinMs, false);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (until !== undefined && text.search(until) !== -1) finish(false);
    });
    socket.on("error", () => {});
    socket.on("close", () => finish(true));
  });
}

/** A POST to /graphql as it goes over the wire. */
export function rawPost(body: string, headers = ""): string {
  return `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

/** @returns the names of headers that every answer has and this one has not, or has and should not */
export function missingSecurityHeaders(headers: Headers): string[] {
  const csp = headers.get("content-security-policy") ?? "";
  const policies = ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];
  const wrong: Record<string, boolean> = {
    "content-security-policy":
      !policies.every((policy) => csp.includes(policy)) || /script-src[^;]*(?:unsafe|nonce|:|\*)/.test(csp),
    "x-content-type-options": headers.get("x-content-type-options") !== "nosniff",
    "referrer-policy": headers.get("referrer-policy") !== "no-referrer",
    "cross-origin-opener-policy": headers.get("cross-origin-opener-policy") !== "same-origin",
    "cross-origin-resource-policy": headers.get("cross-origin-resource-policy") !== "same-origin",
    "x-frame-options": headers.get("x-frame-options") !== "DENY",
    "permissions-policy": !headers.has("permissions-policy"),
    "x-powered-by": headers.has("x-powered-by"),
    server: headers.has("server"),
    cors: [...headers.keys()].some((name) => name.startsWith("access-control-")),
  };
  return Object.keys(wrong).filter((name) => wrong[name]);
}
