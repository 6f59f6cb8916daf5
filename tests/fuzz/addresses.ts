import type { Cast } from "./cast.ts";
import { makeDocument } from "./documents.ts";
import type { Header, Input } from "./input.ts";
import { mangleText } from "./mangle.ts";
import { inheritedNames, makeOdd, makeText } from "./odd.ts";
import { makeSender } from "./operations.ts";
import type { Random } from "./random.ts";

const paths = [
  "/",
  "/live",
  "/ready",
  "/export",
  "/graphql/",
  "/graphiql/",
  "/graphiql/x.js",
  "/graphiql/..%2f..%2fpackage.json",
  "/index.html",
  "/favicon.svg",
  "/assets/",
  "/assets/../package.json",
  "/assets/%2e%2e/%2e%2e/package.json",
  "/assets/..%5c..%5cpackage.json",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/..;/etc/passwd",
  "/.env",
  "/.git/HEAD",
  "/package.json",
  "/src/main.ts",
  "/data/",
  "/metrics",
  "/health",
  "/live/x",
  "/LIVE",
  "/export?x=1",
  "/tasks/x.css",
  "/tasks/1",
  "//evil.test/",
  "/%",
  "/%00",
  "/%ff",
  "/%2fgraphql",
  "/graphql%00",
  "/graphql;x=1",
  "/graphql#x",
  "/@fs/etc/passwd",
  ...inheritedNames.map((name) => `/${name}`),
  ...inheritedNames.map((name) => `/assets/${name}`),
];

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "M-SEARCH"];

/** @returns a target with nothing in it that would end the request line */
const asTarget = (text: string) => encodeURI(text.toWellFormed()).replace(/[\0-\x20\x7f]/g, "_") || "/";

/** A request for another address, by another method, or a GET with its query in the address. */
export function makeAddressInput(cast: Cast, random: Random): Input {
  const sender = makeSender(cast, random);
  const isQuery = random.chance(0.5);
  const method = random.chance(isQuery ? 0.9 : 0.6) ? "GET" : random.pick(methods);
  const headers: Header[] = [["Host", new URL(cast.server.url).host], ...sender.headers];
  if (random.chance(0.2)) headers.push(["GraphQL-Require-Preflight", "1"]);
  if (random.chance(0.3))
    headers.push(["Accept", random.pick(["text/html", "*/*", "application/json", "image/png"])]);
  if (random.chance(0.1)) headers.push(["Accept-Encoding", "gzip, br"]);
  const target = isQuery ? makeQueryTarget(cast, random) : makePath(random);
  const hasBody = method === "POST" || (method !== "GET" && method !== "HEAD" && random.chance(0.3));
  const body = hasBody ? Buffer.from('{"query":"{ __typename }"}') : null;
  const { credential } = sender;
  return { kind: "address", times: 1, credential, request: { method, target, headers, body } };
}

function makePath(random: Random): string {
  const path = random.pick(paths);
  if (random.chance(0.7)) return path;
  return random.pick([
    () => asTarget(mangleText(path, random)),
    () => asTarget(`/${makeText(random)}`),
    () => `${path}?${asTarget(makeText(random))}`,
    () => `/${encodeURIComponent(makeText(random).toWellFormed())}`,
    () => `/${"a/".repeat(4_000)}`,
    () => encodeURIComponent(path),
    () => `http://evil.test${path}`,
  ])();
}

function makeQueryTarget(cast: Cast, random: Random): string {
  const { query, variables, operationName } = makeDocument({ random, stock: cast.own, oddness: 0.03 });
  const parameters = new URLSearchParams({ query: random.chance(0.05) ? "" : query.toWellFormed() });
  if (random.chance(0.7)) parameters.set("variables", random.chance(0.1) ? makeOdd(random).json : variables);
  if (operationName !== null) parameters.set("operationName", operationName);
  if (random.chance(0.1)) parameters.append("query", "{ viewer { id } }");
  if (random.chance(0.1)) parameters.set("extensions", makeOdd(random).json);
  if (random.chance(0.1)) parameters.set(random.pick(["access_token", ...inheritedNames]), "x");
  const text = `/graphql?${parameters}`;
  return random.chance(0.1) ? asTarget(mangleText(text, random)) : text;
}
