import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { sendRaw } from "./front-server.ts";

const json = "application/json";
const response = "application/graphql-response+json";

/** What clients say that they take, as the lines of a head have it, and what they get: null where that is nothing. */
const accepts: [lines: string[], type: string | null][] = [
  [[], json],
  [[""], json],
  [["*/*"], json],
  [["application/*"], json],
  [[json], json],
  [[response], response],
  [["APPLICATION/GraphQL-Response+JSON"], response],
  [["application/json; charset=utf-8"], json],
  [["application/json;charset=UTF-8;q=0.5, application/graphql-response+json; Q=0.4"], json],
  [[`${response}, ${json};q=0.9`], response],
  [[`${json};q=0.1, ${response};q=0.2`], response],
  [[`${json}, ${response}`], json],
  [[`${response}, ${json}`], response],
  [[`${response};q=0, */*`], json],
  [[`${json};q=0, */*;q=0.1`], response],
  [[`*/*;q=0.1, ${response};q=0.01`], json],
  [[`application/*;q=0, ${response}`], response],
  [["application/json, text/plain, */*"], json],
  [[json, response], json],
  [[response, json, json], response],
  [[`${json};q=nonsense`], json],
  [[` , ;, ${json} ,`], json],
  // urql's own.
  [[`${response}, application/graphql+json, ${json}, text/event-stream, multipart/mixed`], response],
  [["multipart/mixed;deferSpec=20220824, application/json"], json],
  [[`text/event-stream, ${json};q=0.5`], json],
  [["multipart/mixed"], null],
  [["text/event-stream"], null],
  [["text/html"], null],
  [["application/graphql+json"], null],
  [["image/png, nonsense, application/x-json"], null],
  [[`${json};q=0`], null],
  [["*/*;q=0"], null],
];

/** The kinds of request, each as its head begins. */
const kinds = [
  { method: "POST", version: "1.1", more: "" },
  { method: "POST", version: "1.1", more: "Connection: close\r\n" },
  { method: "POST", version: "1.0", more: "" },
  { method: "POST", version: "1.0", more: "Connection: keep-alive\r\n" },
  { method: "GET", version: "1.1", more: "" },
  { method: "HEAD", version: "1.1", more: "" },
];
type Kind = (typeof kinds)[number];

const uses = 20;
let documents = 0;

function request(kind: Kind, lines: string[], { token }: Person, query: string): string {
  const { method, version, more } = kind;
  const accept = lines.map((line) => `Accept: ${line}\r\n`).join("");
  const head = `Host: a\r\nAuthorization: Bearer ${token}\r\nGraphQL-Require-Preflight: 1\r\n${accept}${more}`;
  if (method !== "POST")
    return `${method} /graphql?query=${encodeURIComponent(query)} HTTP/${version}\r\n${head}\r\n`;
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/${version}\r\n${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** @returns each of some uses of a new document as it was answered, to the letter but for what numbers it */
async function useAgain(server: TestServer, person: Person, kind: Kind, lines: string[]): Promise<string[]> {
  // No other test has this document, so that the first use is the first.
  const bytes = request(kind, lines, person, `{ viewer { a${documents++}: email } }`);
  const until = kind.method === "HEAD" ? /\r\n\r\n$/ : /\r\n\r\n\{.*\}$/;
  const texts: string[] = [];
  for (let use = 0; use < uses; use++) {
    const { text } = await sendRaw(server.port, bytes, { until });
    texts.push(text.replace(/^(Date|X-Request-Id): .*\r\n/gm, ""));
  }
  return texts;
}

const statusOf = ({ method }: Kind, type: string | null) =>
  method === "HEAD" ? 405 : type === null ? 406 : 200;

describe.each([
  ["and whose answer is kept", true],
  ["and is executed each time", false],
])("a query that comes again and again, %s", (_, keepsAnswers) => {
  let server: TestServer;
  let person: Person;
  beforeAll(async () => {
    server = await startServer({ graphql: { answerCache: keepsAnswers } });
    person = await signUp(server);
  });
  afterAll(() => server.close());

  it.each(accepts)("is answered as at first, byte for byte, to who accepts %j", async (lines, type) => {
    for (const kind of kinds) {
      const texts = await useAgain(server, person, kind, lines);
      const [first = ""] = texts;
      expect(texts.at(-1), JSON.stringify(kind)).toBe(first);
      expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${statusOf(kind, type)} `));
      expect(first).toContain(`\r\nContent-Length: `);
      expect(first).not.toMatch(/^Transfer-Encoding:/im);
      expect(first.toLowerCase()).toContain(`\r\ncontent-type: ${type ?? json}; charset=utf-8\r\n`);
      const stays = kind.version === "1.1" ? !kind.more.includes("close") : kind.more.includes("keep-alive");
      expect(first).toContain(`\r\nConnection: ${stays ? "keep-alive" : "close"}\r\n`);
    }
  });
});
