import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { password } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { login, newAddress, problemPaths, signup } from "./accounts.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const local = (length: number) => "l".repeat(length);

/** A domain of that many characters, none of its labels too long. */
const domain = (length: number) => `${`${"d".repeat(49)}.`.repeat(4)}${"e".repeat(length - 200)}`;

it("is kept as it was written, but for the white space around it", async () => {
  const address = newAddress().replace(/^./, "X");
  const outcome = await signup(server, { email: `\t ${address}\r\n`, password });
  expect(outcome.user.email).toBe(address);
  const again = await login(server, { email: ` ${address.toLowerCase()} `, password });
  expect(again.user.email).toBe(address);
});

describe("two spellings that differ in case, or in how the domain is encoded, are one account:", () => {
  it.each([
    ["Ann.Smith+tag@example.com", "ANN.SMITH+TAG@EXAMPLE.COM"],
    ["élan@example.com", "ÉLAN@example.com"],
    ["ольга@example.com", "ОЛЬГА@example.com"],
    ["γιώργος.παπάς@example.com", "ΓΙΏΡΓΟΣ.ΠΑΠΆΣ@example.com"],
    ["ẞtraße@example.com", "ßtraße@example.com"],
    ["a@bücher.example", "a@xn--bcher-kva.example"],
    ["b@BÜCHER.example", "B@XN--BCHER-KVA.EXAMPLE"],
    ["c@例え.テスト", "c@xn--r8jz45g.xn--zckzah"],
  ])("%s and %s", async (one, other) => {
    expect((await signup(server, { email: one, password })).user.email).toBe(one);
    expect((await signup(server, { email: other, password })).__typename).toBe("EmailTakenError");
    expect((await login(server, { email: other, password })).user.email).toBe(one);
  });
});

describe("two addresses that differ in more than case are two accounts:", () => {
  it.each([
    ["dot.s@example.com", "dots@example.com"],
    ["tag@example.com", "tag+x@example.com"],
    ["strasse@example.com", "straße@example.com"],
    ["bill@example.com", "bıll@example.com"],
    ["e@example.com", "é@example.com"],
    ["under_score@example.com", "underXscore@example.com"],
    ["per%cent@example.com", "perXcent@example.com"],
    ["a@faß.example", "a@fass.example"],
  ])("%s and %s", async (one, other) => {
    expect((await signup(server, { email: one, password })).__typename).toBe("AuthPayload");
    expect((await signup(server, { email: other, password: `${password}!` })).__typename).toBe("AuthPayload");
    expect((await login(server, { email: other, password })).__typename).toBe("InvalidCredentialsError");
  });
});

describe("is refused where normalisation would make another of it:", () => {
  it.each([
    ["a ligature", "ﬁnn@example.com", "finn@example.com"],
    ["full-width letters", "ａnn@example.com", "ann@example.com"],
    ["the Kelvin sign", "\u212aim@example.com", "Kim@example.com"],
    ["a long s", "ſam@example.com", "sam@example.com"],
    ["a number in a circle", "ann①@example.com", "ann1@example.com"],
    ["a letter and its accent apart", "e\u0301lan@example.com", "élan@example.com"],
    ["full-width letters in the domain", "ann@ｅxample.com", "ann@example.com"],
    ["a ligature in the domain", "ann@ofﬁce.example", "ann@office.example"],
    ["an ideographic full stop in the domain", "ann@example。com", "ann@example.com"],
    ["an encoded letter in the domain", "ann@ex%61mple.com", "ann@example.com"],
    ["a path behind the domain", "ann@example.com/x", "ann@example.com"],
    ["a query behind the domain", "ann@example.com?x", "ann@example.com"],
    ["a fragment behind the domain", "ann@example.com#x", "ann@example.com"],
  ])("%s", async (_what, email, plain) => {
    const outcome = await signup(server, { email, password });
    expect(problemPaths(outcome)).toEqual(["email"]);
    expect(outcome.message).toContain(plain);
  });
});

describe("is refused with", () => {
  it.each([
    ["nothing in it", ""],
    ["white space alone", " \t "],
    ["no @", "ann.example.com"],
    ["nothing before the @", "@example.com"],
    ["nothing behind the @", "ann@"],
    ["two @", "ann@bob@example.com"],
    ["a domain of one label", "ann@localhost"],
    ["an empty label", "ann@example..com"],
    ["a dot at the end", "ann@example.com."],
    ["a hyphen at a label's end", "ann@example-.com"],
    ["an underscore in the domain", "ann@ex_ample.com"],
    ["an IP address", "ann@127.0.0.1"],
    ["an IP address in hexadecimal", "ann@0x7f.1"],
    ["an IP address in brackets", "ann@[127.0.0.1]"],
    ["a port", "ann@example.com:25"],
    ["a backslash", "ann@example.com\\x"],
    ["dots that follow each other", "ann..b@example.com"],
    ["a dot in front", ".ann@example.com"],
    ["quotes", '"ann b"@example.com'],
    ["a display name", "Ann <ann@example.com>"],
    ["two addresses", "ann@example.com,bob@example.com"],
    ["a space", "an n@example.com"],
    ["a space in the domain", "ann@exam ple.com"],
    ["a NUL", "a\0nn@example.com"],
    ["a NUL at the end", "ann@example.com\0"],
    ["a line break", "ann\r\nBcc: eve@example.com"],
    ["a line break in the domain", "ann@exam\r\nple.com"],
    ["a tab in the domain", "ann@exam\tple.com"],
    ["half of a surrogate pair", "ann\ud800@example.com"],
    ["half of a surrogate pair in the domain", "ann@ex\udc00.com"],
    ["a soft hyphen", "a\u00adnn@example.com"],
    ["a zero-width space", "a\u200bnn@example.com"],
    ["a zero-width joiner", "a\u200dnn@example.com"],
    ["a change of direction", "\u202eann@example.com"],
    ["a combining grapheme joiner", "a\u034fnn@example.com"],
    ["a variation selector", "ann\ufe0f@example.com"],
    ["a Hangul filler", "ann\u115f@example.com"],
    ["an empty Braille cell", "ann\u2800@example.com"],
    ["a tag character", "ann\u{e0061}@example.com"],
    ["a character of nobody's", "ann\ue000@example.com"],
    ["a soft hyphen in the domain", "ann@exam\u00adple.com"],
    ["a variation selector in the domain", "ann@exam\ufe0fple.com"],
    ["a zero-width joiner in the domain", "ann@exam\u200dple.com"],
    ["65 bytes before the @", `${local(65)}@example.com`],
    ["66 bytes in 33 characters before the @", `${"é".repeat(33)}@example.com`],
    ["255 bytes in all", `${local(10)}@${domain(244)}`],
    ["a label of 64 characters", `ann@${"d".repeat(64)}.com`],
  ])("%s", async (_what, email) => {
    expect(problemPaths(await signup(server, { email, password }))).toEqual(["email"]);
    // Nobody has it, so nobody can log in with it either; and that is no failure.
    expect((await login(server, { email, password })).__typename).toMatch(
      /InvalidCredentialsError|ValidationError/,
    );
  });
});

it.each([
  ["64 bytes before the @", `${local(64)}@example.com`],
  ["64 bytes in 32 characters before the @", `${"é".repeat(32)}@example.com`],
  ["254 bytes in all", `${local(10)}@${domain(243)}`],
  ["a label of 63 characters", `ann@${"d".repeat(63)}.com`],
  ["all the signs that need no quotes", "a!#$%&'*+/=?^_`{|}~-z@example.com"],
])("may have %s", async (_what, email) => {
  expect((await signup(server, { email, password })).user.email).toBe(email);
});

it.each([
  ["of 50,000 characters", `${"a".repeat(50_000)}@example.com`],
  ["of 30,000 that are no address at all", "漢".repeat(30_000)],
])("%s is refused for its length, before it is looked at", async (_what, email) => {
  const outcome = await signup(server, { email, password });
  expect([problemPaths(outcome), outcome.message]).toEqual([
    ["email"],
    expect.stringContaining("254 in all"),
  ]);
  expect((await login(server, { email, password })).__typename).toBe("InvalidCredentialsError");
});
