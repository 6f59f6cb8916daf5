import type { Cast } from "./cast.ts";
import { makeDocument } from "./documents.ts";
import type { Input } from "./input.ts";
import { mangleBytes } from "./mangle.ts";
import { makeOdd } from "./odd.ts";
import { bodyOf, post } from "./operations.ts";
import type { Random } from "./random.ts";

const names = [
  "query",
  "variables",
  "operationName",
  "extensions",
  "__proto__",
  "constructor",
  "id",
  "batch",
  "",
];
const query = '"{ viewer { id email } tasks(first: 2) { totalCount } }"';

/** Bodies that are no JSON, or not of the right shape. */
const shapes: ((random: Random, good: string) => string | Buffer)[] = [
  (random, good) => mangleBytes(Buffer.from(good), random),
  (random, good) => mangleBytes(Buffer.from(good), random),
  (random) => `{${Array.from({ length: random.below(5) }, () => makeMember(random)).join(",")}}`,
  (random) => `{"query":${query},${makeMember(random)}}`,
  (random) => `{${makeMember(random)},"query":${query}}`,
  (_random, good) => `${good.slice(0, -1)},${good.slice(1)}`,
  (random) => makeOdd(random).json,
  (random, good) => Buffer.from(`\ufeff${good}`, random.chance(0.5) ? "utf16le" : "utf8"),
  (_random, good) => Buffer.from(good, "utf16le").swap16(),
  (_random, good) => Buffer.from(good.replace("query", "quéry"), "latin1"),
  (random, good) => `[${Array.from({ length: random.below(4) }, () => good).join(",")}]`,
  (random, good) => good + random.pick([" ", "\n", "\0", "}", ",", good, "//", "x"]),
  (_random, good) => `\u00a0${good}`,
  (random) =>
    random.pick(["", " ", "null", "1", '"query"', "true", "NaN", "undefined", "{", "[", '{"query":']),
  (random) =>
    `{"query":"{ viewer { id } }${random.pick([" ", "#", ","]).repeat(random.pick([16_000, 16_384, 90_000, 103_000]))}"}`,
  (random) =>
    `{"query":"{ __typename }","variables":{"a":"${"x".repeat(random.pick([90_000, 102_000, 110_000]))}"}}`,
];

const makeMember = (random: Random) =>
  `"${random.pick(names)}":${random.chance(0.3) ? query : makeOdd(random).json}`;

/** A request whose body is odd, and sent as JSON. */
export function makeBodyInput(cast: Cast, random: Random): Input {
  const good = bodyOf(makeDocument({ random, stock: cast.own, oddness: 0 }));
  const body = random.pick(shapes)(random, good);
  return { kind: "body", times: 1, ...post(cast, random, body) };
}
