import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRepeatedName } from "../../src/graphql/repeated-name.ts";
import { createRandom, type Random } from "../fuzz/random.ts";
import { startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
beforeAll(async () => {
  front = await startFront();
});
afterAll(() => front.close());

const get = (query: string) => fetch(`${front.url}/graphql?${query}`);

async function messageOf(response: Response): Promise<string> {
  const { data, errors } = await response.json();
  expect([response.status, data, errors[0].extensions.code]).toEqual([400, undefined, "BAD_REQUEST"]);
  return errors[0].message;
}

describe("a body with a name twice in one object is refused without effect, since which counts nobody can tell:", () => {
  it.each([
    ["the query", "query", '{"query":"{ echo }","query":"mutation { count }"}'],
    ["the same query", "query", '{"query":"mutation { count }","query":"mutation { count }"}'],
    ["null and the query", "query", '{"query":null,"query":"mutation { count }"}'],
    ["the query with an escape", "query", '{"query":"{ echo }","qu\\u0065ry":"mutation { count }"}'],
    ["the variables", "variables", '{"query":"mutation { count }","variables":{},"variables":null}'],
    ["a variable", "a", '{"query":"mutation { count }","variables":{"a":1,"b":{"a":1},"a":2}}'],
    [
      "a field, far down",
      "id",
      '{"query":"mutation { count }","variables":{"a":[[{"b":{}},{"id":1,"id":1}]]}}',
    ],
    ["an extension", "cost", '{"query":"mutation { count }","extensions":{"cost":true,"cost" : false}}'],
    ["__proto__", "__proto__", '{"query":"mutation { count }","variables":{"__proto__":1,"__proto__":2}}'],
    ["nothing as a name", "", '{"query":"mutation { count }","variables":{"":1,"":2}}'],
  ])("%s", async (_what, name, body) => {
    const before = front.effects.count;
    expect(await messageOf(await front.post(body))).toContain(`has ${JSON.stringify(name)} twice`);
    expect(front.effects.count).toBe(before);
  });
});

it("names may be the same in other objects, in values, and in case", async () => {
  const body = `{"query":"query ($t: String) { echo(text: $t) }","variables":
    {"t":"\\"query\\": {\\"t\\":1,\\"t\\":2} \\\\","T":1,"a":[{"t":1},{"t":{"t":1}}],"b":["t","t"],"query":"query"}}`;
  const response = await front.post(body);
  expect(await response.json()).toEqual({ data: { echo: '"query": {"t":1,"t":2} \\' } });
});

describe("the query string of a GET", () => {
  it.each([
    "query=%7Becho%7D&query=%7Bwhoami%7D",
    "query=%7Becho%7D&query=%7Becho%7D",
    "query=&query=%7Becho%7D",
    "query=%7Becho%7D&qu%65ry=%7Becho%7D",
    "query=%7Becho%7D&variables=%7B%7D&variables=%7B%7D",
    "query=%7Becho%7D&operationName=A&operationName=",
    "query=%7Becho%7D&variables=%7B%22a%22:1,%22a%22:2%7D",
  ])("says nothing twice: %s", async (query) => {
    expect(await messageOf(await get(query))).toMatch(/has "\w+" twice/);
  });

  it("may have others as often as it likes, which are not looked at", async () => {
    const response = await get("query=%7Becho%7D&utm=1&utm=2");
    expect(response.status).toBe(200);
  });
});

describe("what looks for repeated names", () => {
  const seed = 20_261_127;
  const names = [
    "a",
    "b",
    "a b",
    "é",
    '"',
    "\\",
    "{",
    "}",
    ":",
    "[",
    ",",
    "\n",
    "\u2028",
    "🙂",
    "__proto__",
    "",
  ];
  const space = (random: Random) => random.pick(["", "", "", " ", "\n", "\t\r "]);
  const spell = (text: string) =>
    Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0"))
      .map((unit) => `\\u${unit}`)
      .join("");
  const write = (random: Random, text: string) =>
    random.chance(0.2) ? `"${spell(text)}"` : JSON.stringify(text);

  /** @returns JSON; one of its objects may have a name twice where a repetition is left */
  function make(random: Random, depth: number, left: { repetitions: number }): string {
    const kind = depth === 0 ? "text" : random.weighted({ object: 5, array: 2, text: 2, number: 1 });
    if (kind === "text") return write(random, names.map((name) => (random.chance(0.2) ? name : "")).join(""));
    if (kind === "number") return random.pick(["0", "-1.5e3", "true", "null"]);
    const size = random.below(5);
    const inside = () => space(random) + make(random, depth - 1, left) + space(random);
    if (kind === "array") return `[${Array.from({ length: size }, inside).join(",")}]`;
    const own = new Set(Array.from({ length: size }, () => random.pick(names)));
    const list = [...own];
    if (list.length > 0 && left.repetitions > 0 && random.chance(0.3)) {
      left.repetitions--;
      list.splice(random.below(list.length + 1), 0, random.pick(list));
    }
    const member = (name: string) => `${space(random)}${write(random, name)}${space(random)}:${inside()}`;
    return `{${list.map(member).join(",")}}`;
  }

  it(`finds each, and no other, whatever the JSON is (seed ${seed})`, () => {
    const found = { with: 0, without: 0 };
    for (let index = 0; index < 20_000; index++) {
      const random = createRandom(seed, index);
      const left = { repetitions: index % 2 };
      const json = make(random, 4, left);
      expect(() => JSON.parse(json)).not.toThrow();
      const isRepeated = left.repetitions < index % 2;
      expect([json, findRepeatedName(json) !== null]).toEqual([json, isRepeated]);
      found[isRepeated ? "with" : "without"]++;
    }
    expect(Math.min(found.with, found.without)).toBeGreaterThan(1000);
  });
});
