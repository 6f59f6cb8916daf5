import { type OutgoingHttpHeaders, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../../src/http/body.ts";
import { loginDocument } from "../auth/accounts.ts";
import { readAnswer } from "../helpers/graphql.ts";
import { password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { startWithMail } from "../mail/mail-api.ts";
import type { Mailbox } from "../mail/mailbox.ts";
import { findPlaces } from "./inputs.ts";
import { watchParsers } from "./parsers.ts";

let server: TestServer;
let mailbox: Mailbox;
/** One that reads invitations. */
let byInvitation: TestServer;
beforeAll(async () => {
  ({ server, mailbox } = await startWithMail({ http: { trustProxy: ["127.0.0.0/8"] } }));
  byInvitation = await startServer({ signup: { policy: "invite" } });
});
afterAll(async () => {
  await server.close();
  await byInvitation.close();
  await mailbox.close();
});

/** Longer than what anything reads that is short, and shorter than what is sent here. */
const longest = 1000;

/** All different, as what writes them in ASCII has to tell them apart (RFC 3492). */
const chinese = Array.from({ length: 20_000 }, (_, index) =>
  String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
).join("");

/** What of a text is repeated, and what stands before and after. */
type Hard = [repeated: string, before?: string, after?: string];

/** Texts that are hard to put into another form. */
const hard: Hard[] = [
  [chinese],
  [chinese, "a@", ".com"],
  ["a.", "a@", "com"],
  // Marks that have to change places, short of being too many.
  [`a${"\u0301\u0316".repeat(14)}`],
  ["\u0316\u0301", "a"],
  // One letter that becomes eighteen, and one that becomes two.
  ["ﷺ"],
  ["İ"],
  ["👩‍👩‍👧‍👦"],
  ["שָׁלוֹם"],
  ["1234567890"],
  ["America/Argentina/"],
  // JSON that is nested, in base 64.
  ["W1tb"],
];

/** @returns a text of as many bytes, or a few less */
function fillUp(bytes: number, [repeated, before = "", after = ""]: Hard): string {
  const room = bytes - Buffer.byteLength(before + after);
  const size = Buffer.byteLength(repeated);
  const whole = repeated.repeat(Math.floor(room / size));
  const part = Array.from(repeated).slice(0, Math.floor((room % size) / 4));
  return before + whole + part.join("") + after;
}

/** @returns the longest body that there may be, of what is written around a text */
function makeBody(write: (text: string) => object, text: Hard): string {
  const room = MAX_BODY_BYTES - Buffer.byteLength(JSON.stringify(write("")));
  return JSON.stringify(write(fillUp(room, text)));
}

/** What is answered where something can't be used, or is nobody's; to sign out takes anything for a token. */
const refusal =
  /^(ValidationError|NotFoundError|InvalidCredentialsError|InvalidCodeError|LogoutPayload|null|BAD_REQUEST|BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED|UNAUTHENTICATED)$/;

/** Sends each hard text. @returns what was answered, in a word each, and what was parsed for longer than anything is */
async function sendAll(to: TestServer, token: string | null, write: (text: string) => object) {
  const seen = watchParsers();
  const outcomes = new Set<string>();
  for (const text of hard) {
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json",
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    };
    const body = makeBody(write, text);
    const answer = await fetch(`${to.url}/graphql`, { method: "POST", headers, body });
    const { data, errors } = await readAnswer(answer);
    const [result] = Object.values<{ __typename: string }[] | { __typename: string } | null>(data ?? {});
    const first = Array.isArray(result) ? result[0] : result;
    outcomes.add(errors?.[0]?.extensions.code ?? first?.__typename ?? "null");
  }
  return { outcomes: [...outcomes], parsed: [...seen].filter(([, length]) => length > longest) };
}

const places = findPlaces();

it("the schema's places for texts are found, down to the last", () => {
  expect(places.length).toBeGreaterThan(40);
  expect(places.map(({ name }) => name)).toContain("mutation createTask input.due.timeZone");
});

describe("a text as long as a request has room for is refused before it is parsed or normalised", () => {
  it.each(places.map((place) => [place.name, place] as const))("as %s", async (name, place) => {
    const to = name.endsWith("inviteCode") ? byInvitation : server;
    const token = /signup|logout/.test(name) ? null : (await signUp(to)).token;
    const { query, variables } = place;
    const { outcomes, parsed } = await sendAll(to, token, (text) => ({ query, variables: variables(text) }));
    expect(parsed).toEqual([]);
    expect(outcomes.filter((outcome) => !refusal.test(outcome))).toEqual([]);
  });

  const query =
    "query ($filter: TaskFilter, $first: Int) { tasks(filter: $filter, first: $first) { totalCount } }";
  it.each<[string, (text: string) => object]>([
    ["the operation's name", (operationName) => ({ query, operationName })],
    ["a variable's name", (name) => ({ query, variables: { [name]: 1 } })],
    ["a field's name", (name) => ({ query, variables: { filter: { [name]: 1 } } })],
    ["a member of an enum", (priority) => ({ query, variables: { filter: { priority } } })],
    ["a number", (first) => ({ query, variables: { first } })],
    ["a parameter's name", (name) => ({ query, [name]: 1 })],
    ["an extension", (text) => ({ query, operationName: "none", extensions: { text } })],
  ])("as %s", async (_what, write) => {
    const { token } = await signUp(server);
    const { outcomes, parsed } = await sendAll(server, token, write);
    // GraphQL.js looks for a name that was meant without regard to case, once.
    expect(parsed.filter(([method]) => method !== "toLowerCase")).toEqual([]);
    expect(outcomes.filter((outcome) => !refusal.test(outcome))).toEqual([]);
  });

  it.each([
    "origin",
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "authorization",
    "content-type",
    "if-none-match",
    "x-request-id",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
  ])("in the header %s, as far as more is done than the length of a head allows", async (name) => {
    const cookie = await logInForCookie();
    const seen = watchParsers();
    for (const text of [
      `https://${encodeURIComponent(chinese)}`,
      `https://${"é.".repeat(8000)}`,
      "a".repeat(15_000),
    ]) {
      const headers = {
        "content-type": "application/json",
        origin: server.url,
        cookie,
        [name]: text.slice(0, 15_000),
      };
      expect(await statusOf(headers)).toBeLessThan(500);
    }
    const linear = /^to(Lower|Upper)Case$/;
    expect([...seen].filter(([method, length]) => !linear.test(method) && length > longest)).toEqual([]);
  });
});

/** @returns a cookie that was made here, so that it matters where a request comes from */
async function logInForCookie(): Promise<string> {
  const { email } = await signUp(server);
  const { headers } = await server.graphql.send(loginDocument, { input: { email, password } });
  return headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** Refreshes with headers that fetch() would not send. */
function statusOf(headers: OutgoingHttpHeaders): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/graphql`, { method: "POST", headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", reject).end(JSON.stringify({ query: "mutation { refresh { __typename } }" }));
  });
}
