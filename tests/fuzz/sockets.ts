import type { Cast } from "./cast.ts";
import type { Input } from "./input.ts";
import { mangleBytes } from "./mangle.ts";
import { makeText } from "./odd.ts";
import type { Random } from "./random.ts";

const body = '{"query":"{ viewer { id } }"}';
const query = (host: string, more: string, rest = body) =>
  `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${more}\r\n${rest}`;
const length = `Content-Length: ${body.length}\r\n`;
const chunked = "Transfer-Encoding: chunked\r\n";
const inChunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** Requests that are no HTTP, or not to the end. */
const shapes: ((host: string, random: Random) => string | Buffer)[] = [
  (host, random) => mangleBytes(Buffer.from(query(host, length)), random),
  (host, random) => mangleBytes(Buffer.from(query(host, length)), random),
  (host, random) => mangleBytes(Buffer.from(query(host, chunked, inChunks)), random),
  (host, random) => query(host, chunked, inChunks.slice(0, random.below(inChunks.length))),
  (host, random) => query(host, length, body.slice(0, random.below(body.length))),
  (host) => query(host, `${length}${chunked}`, inChunks),
  (host) => query(host, `${length}Content-Length: 5\r\n`),
  (host, random) =>
    query(
      host,
      `Content-Length: ${random.pick(["-1", "1e3", "0x10", "99999999999999999999", "+5", " "])}\r\n`,
    ),
  (host, random) =>
    query(
      host,
      `Transfer-Encoding: ${random.pick(["chunked, identity", "gzip", "xchunked", "\tchunked"])}\r\n`,
      inChunks,
    ),
  (host) => query(host, chunked, "ffffffffffffffffff\r\nx"),
  (host) => query(host, chunked, `5;${"x".repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
  (host) =>
    query(
      host,
      `${chunked}Trailer: Authorization\r\n`,
      inChunks.replace(/\r\n$/, "Authorization: Bearer x\r\n\r\n"),
    ),
  (host, random) => query(host, `${length}Expect: ${random.pick(["100-continue", "200-ok", ""])}\r\n`),
  (host) => query(host, `${length}Connection: Upgrade\r\nUpgrade: ${"websocket"}\r\n`),
  (host) => query(host, `${length}X: a\r\n b\r\n`),
  (host) => query(host, `${length}X : a\r\n`),
  (host) => query(host, `${length}X: a\rY: b\r\n`),
  (host) => query(host, `${length}Host: evil.test\r\n`),
  (host) => query(host, `${length}Content-Type: text/plain\r\n`),
  (host, random) => query(host, `${length}X: ${makeText(random).replaceAll("\n", "")}\r\n`),
  (host) => query(host, `${length}X: ${"x".repeat(17_000)}\r\n`),
  (host) => query(host, `${length}${"X: y\r\n".repeat(2_000)}`),
  (host) => query(host, length).replaceAll("\r\n", "\n"),
  (host) => query(host, length).replace("HTTP/1.1", "HTTP/1.0"),
  (host, random) =>
    query(host, length).replace(
      "HTTP/1.1",
      random.pick(["HTTP/2.0", "HTTP/9.9", "http/1.1", "HTTP/1.1x", ""]),
    ),
  (host, random) =>
    query(host, length).replace(
      "POST",
      random.pick(["post", "P\0ST", "CONNECT", "QUERY", "GETT", "", "PRI"]),
    ),
  (host, random) =>
    query(host, length).replace(
      "/graphql",
      random.pick(["*", "graphql", `http://${host}/graphql`, "/gra phql", "/é", "\\graphql", "/\0"]),
    ),
  (host) => query(host, length).replace(/Host: .*\r\n/, ""),
  (host, random) => Array.from({ length: random.between(2, 6) }, () => query(host, length)).join(""),
  (host) => query(host, length, `${body}GET /live HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  (_host, random) => Buffer.from(Array.from({ length: random.between(1, 400) }, () => random.below(256))),
  () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  () => Buffer.from("160301020001000001fc0303", "hex"),
  () => "\r\n\r\n\r\n",
  (_host, random) => "GET /live HTTP/1.1\r\nHost: a\r\n\r\n".slice(0, random.between(1, 30)),
];

/** Bytes on a connection of their own, which ends behind them. */
export function makeSocketInput(cast: Cast, random: Random): Input {
  const request = Buffer.from(random.pick(shapes)(new URL(cast.server.url).host, random));
  return { kind: "socket", times: 1, credential: "none", request };
}
