import type { Cast } from "./cast.ts";
import type { Credential, Header, Input } from "./input.ts";
import { mangleText } from "./mangle.ts";
import { makeText } from "./odd.ts";
import { makeSender, type Sender } from "./operations.ts";
import type { Random } from "./random.ts";

const alphabet = "eyJhbGciOiJ-_.0129AZaz=";

/** @returns a credential that can't hold: cut, changed, forged, of another kind, or two at once */
function makeBadSender(cast: Cast, random: Random): Sender {
  const good = random.pick([...cast.sessions, ...cast.personalTokens]);
  const token = good.replace("Bearer ", "");
  const authorization = random.pick([
    () => random.pick(cast.forgeries),
    () => random.pick(cast.forgeries),
    () => `Bearer ${mangleText(token, random, alphabet)}`,
    () => `Bearer ${token.slice(0, random.below(token.length))}`,
    () => `Bearer ${token.replace(/.$/, (last) => (last === "0" ? "1" : "0"))}`,
    () => `Bearer ${random.pick(cast.spare).refreshToken}`,
    () => `Bearer ${"x".repeat(8_192)}`,
    () => printable(makeText(random)),
  ])();
  // What is cut at its end, or had spaces around it, may be what it was.
  const isSame = authorization.trim().replace(/^bearer /i, "Bearer ") === good;
  return { credential: isSame ? "good" : "bad", headers: [["Authorization", authorization]] };
}

/** What can stand in a header without ending it. */
export const printable = (text: string) =>
  Buffer.from(text)
    .toString("latin1")
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");

const origins = (cast: Cast) => [
  cast.server.url,
  cast.server.url.replace("http", "https"),
  "null",
  "https://evil.test",
];

/** Headers that say where a request comes from, what it holds and what is wanted. */
const others: Record<string, (cast: Cast, random: Random) => string> = {
  "Content-Type": (_, random) =>
    random.pick([
      "application/json",
      "application/json; charset=utf-8",
      "application/json; charset=utf-16",
      "application/json;;; ",
      'application/json; charset="utf-8"',
      "APPLICATION/JSON",
      "application/json, text/plain",
      "text/plain",
      "application/graphql",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "multipart/form-data",
      "",
      "application/json; __proto__=1",
    ]),
  Accept: (_, random) =>
    random.pick([
      "text/html",
      "text/event-stream",
      "multipart/mixed",
      "application/json;q=0",
      "image/png",
      "*/*;q=0.1, application/graphql-response+json",
      "application/graphql-response+json;charset=utf-16",
      "",
      ",",
      ";;;",
      "x".repeat(3_000),
      "application/".repeat(200),
    ]),
  Origin: (cast, random) => random.pick([...origins(cast), "", "https://app.example.com", "file://", "x"]),
  "Sec-Fetch-Site": (_, random) => random.pick(["same-origin", "same-site", "cross-site", "none", "", "x"]),
  "Sec-Fetch-Mode": (_, random) => random.pick(["cors", "navigate", "no-cors", ""]),
  "GraphQL-Require-Preflight": () => "1",
  "X-Forwarded-For": (_, random) =>
    random.pick([
      "203.0.113.7",
      "::1",
      "[::1]:99",
      "1, 2, 3",
      "fe80::1%eth0",
      ",,,",
      "unknown",
      "1.2.3.4.5",
      "::ffff:7f00:1",
      "x".repeat(2_000),
      `${"10.0.0.1,".repeat(500)}10.0.0.1`,
    ]),
  "X-Forwarded-Proto": (_, random) => random.pick(["https", "http", "https,http", "HTTPS", "", "x"]),
  "X-Forwarded-Host": () => "evil.test",
  Forwarded: () => 'for="_x";proto=https;host=evil.test',
  "X-Request-Id": (_, random) =>
    random.pick(["abcdefgh", "x", "a".repeat(64), "a".repeat(65), '{"a":1}', "../../etc", ""]),
  "User-Agent": (_, random) =>
    random.pick(["", "curl/8", "x".repeat(2_000), printable(makeText(random)), "Mozilla/5.0 (__proto__)"]),
  "Accept-Encoding": (_, random) => random.pick(["gzip", "br;q=1, gzip", "identity;q=0", "*", ""]),
  "Content-Encoding": (_, random) => random.pick(["identity", "gzip", "br", "Identity", ""]),
  "If-None-Match": (_, random) => random.pick(["*", '"x"', 'W/"', ""]),
  "Access-Control-Request-Method": () => "POST",
  "X-HTTP-Method-Override": () => "DELETE",
  Range: () => "bytes=0-1",
  Cookie: (cast, random) => makeCookie(cast, random),
};

function makeCookie({ spare }: Cast, random: Random): string {
  const { refreshToken } = random.pick(spare);
  const value = random
    .pick([
      refreshToken,
      mangleText(refreshToken, random, alphabet),
      refreshToken.slice(0, random.below(60)),
      "",
      "=",
      '"x"',
      printable(makeText(random)),
      "x".repeat(5_000),
    ])
    .replaceAll(";", "");
  const name = random.pick([
    "ownlist-refresh-5eed01234567",
    "__Host-ownlist-refresh-5eed01234567",
    "ownlist-refresh",
    "__Host-ownlist-refresh",
    "__host-ownlist-refresh",
    "__proto__",
  ]);
  return random.pick([
    `${name}=${value}`,
    `a=b; ${name}=${value}; ${name}=x`,
    `${name}`,
    ";;;=",
    `${name}==${value}`,
  ]);
}

const hosts = [
  "localhost",
  "a b",
  "%%%",
  "[::1",
  "[::1]:80",
  "evil.test",
  "x".repeat(8_000),
  "",
  "a:99999",
  "a/b",
  "a@b",
  "user:pw@h",
];

const bodies = [
  '{"query":"{ viewer { id email name } tasks(first: 3) { edges { node { title } } } }"}',
  '{"query":"{ __typename }"}',
  '{"query":"{ server { signup } }"}',
  '{"query":"mutation { createTask(input: { title: \\"from a header\\" }) { __typename } }"}',
  '{"query":"mutation { refresh(input: {}) { accessToken refreshToken } }"}',
  '{"query":"mutation { refresh { accessToken } }"}',
];

/** A plain request under odd headers. */
export function makeHeadersInput(cast: Cast, random: Random): Input {
  const isBad = random.chance(0.4);
  const sender = isBad ? makeBadSender(cast, random) : makeSender(cast, random);
  const isDoubled = sender.headers[0] !== undefined && random.chance(0.03);
  const names = Object.keys(others).filter(() => random.chance(isBad ? 0.04 : 0.15));
  const odd = names.map((name): Header => [name, others[name]?.(cast, random) ?? ""]);
  const isJson = names.includes("Content-Type");
  const host = random.chance(0.05) ? random.pick(hosts) : new URL(cast.server.url).host;
  const headers: Header[] = [
    ["Host", host],
    ...(isJson ? [] : ([["Content-Type", "application/json"]] as Header[])),
    ...sender.headers,
    ...(isDoubled ? sender.headers : []),
    ...odd,
    ...(random.chance(0.01) ? Array.from({ length: 250 }, (_, n): Header => [`X-${n}`, "x"]) : []),
  ];
  const method = random.chance(0.05) ? "GET" : random.chance(0.05) ? "OPTIONS" : "POST";
  const body = method === "POST" ? Buffer.from(random.pick(bodies)) : null;
  const credential: Credential = sender.credential;
  return { kind: "headers", times: 1, credential, request: { method, target: "/graphql", headers, body } };
}
