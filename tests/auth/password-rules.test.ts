import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import { login, newAddress, problemPaths, signup } from "./accounts.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Signs somebody up with this password. @returns their address */
async function account(password: string): Promise<string> {
  const email = newAddress();
  expect((await signup(server, { email, password })).__typename).toBe("AuthPayload");
  return email;
}

const opens = async (email: string, password: string) =>
  (await login(server, { email, password })).__typename === "AuthPayload";

async function refusal(password: string, email = newAddress()): Promise<string> {
  const outcome = await signup(server, { email, password });
  expect([outcome.__typename, problemPaths(outcome)]).toEqual(["ValidationError", ["password"]]);
  return outcome.message;
}

describe("is accepted", () => {
  it.each([
    ["check 1: at 8 characters", "tr0ub4do"],
    ["check 1: at 8 emoji", "😀🍅🥪🚲🌧🦔🔔🪣"],
    ["check 2: at 64 characters", "x".repeat(64)],
    ["check 2: at 72 characters", "y".repeat(72)],
    ["check 3: at 18 emoji, which are 72 bytes", "😀".repeat(18)],
    ["check 6: as twelve small letters", "vqmzhtrkwpla"],
    ["check 6: with spaces and letters of any script", " сойка 鵲 łódź "],
    ["check 4: with a NUL", "tomato\0sandwich"],
    ["with markup and quotes", `<b>'";--\\</b>`],
    ["as U+FFFD, which is a character", "\ufffd".repeat(8)],
  ])("%s, and opens the account", async (_what, password) => {
    const email = await account(password);
    expect(await opens(email, password)).toBe(true);
    expect(await opens(email, password.slice(0, -1))).toBe(false);
    expect(await opens(email, `${password}x`)).toBe(false);
    expect(await opens(email, `${password.slice(0, -1)}?`)).toBe(false);
  });
});

it("may be as long as that typed in pieces: 108 of them that compose to 72 bytes", async () => {
  const composed = "ǖ".repeat(36);
  const email = await account(composed.normalize("NFD"));
  expect(composed.normalize("NFD")).toHaveLength(108);
  expect([await opens(email, composed), await opens(email, composed.slice(1))]).toEqual([true, false]);
});

describe("is refused", () => {
  it.each([
    ["check 1: at 7 characters", "tr0ub4d", "8 characters"],
    ["check 1: at 7 emoji, which are 14 UTF-16 units and 28 bytes", "😀".repeat(7), "8 characters"],
    ["empty", "", "8 characters"],
    ["at 8 code points that are 7 once composed", "abcdefe\u0301", "8 characters"],
    ["check 2: at 73 bytes", "z".repeat(73), "72 bytes"],
    ["check 3: at 37 letters of 2 bytes", "é".repeat(37), "72 bytes"],
    ["check 3: at 18 emoji and a letter", `${"😀".repeat(18)}x`, "72 bytes"],
    ["at 50,000 characters", "xyz ".repeat(12_500), "72 bytes"],
    ["check 5: with the first half of a surrogate pair", "tomato sandwich\ud800", "surrogate"],
    ["check 5: with the second half of a surrogate pair", "\udc00tomato sandwich", "surrogate"],
    ["check 5: with a surrogate pair the wrong way round", "tomato \ude00\ud83d sandwich", "surrogate"],
  ])("%s, saying what would do", async (_what, password, words) => {
    expect(await refusal(password)).toContain(words);
  });

  it.each([
    "password",
    "Password1",
    "PASSWORD",
    "12345678",
    "qwertyuiop",
    "iloveyou",
    "passwordpassword",
    "PasswordPassword",
    "letmeinletmeinletmein",
    "123456789012345",
    "0123456789",
    "9876543210",
    "6789012345678",
    "11111111",
    "ownlistownlist",
    "OwnListOwnListOwnList",
  ])("check 7: as %s, which anybody would guess", async (password) => {
    expect(await refusal(password)).toContain("guess");
  });

  it.each([
    ["the address", "somebody.long@example.com", "somebody.long@example.com"],
    ["the address in another case", "Somebody.Other@example.com", "SOMEBODY.other@EXAMPLE.com"],
    ["what is before the @", "somebody.third@example.com", "somebody.third"],
    ["what is before the @, again and again", "some@example.com", "SomeSomeSome"],
    ["the address twice", "some2@example.com", "some2@example.comsome2@example.com"],
    [
      "the address with white space around it",
      " somebody.fourth@example.com ",
      "somebody.fourth@example.com",
    ],
  ])("check 7: as %s", async (_what, email, password) => {
    expect(await refusal(password, email)).toContain("e-mail address");
  });
});

describe("counts to the letter:", () => {
  it.each([
    ["case", "Plum Tomato Sandwich", "plum tomato sandwich"],
    ["check 6: a space in front", " plum tomato sandwich", "plum tomato sandwich"],
    ["check 6: a space at the end", "plum tomato sandwich ", "plum tomato sandwich"],
    ["check 6: how many spaces", "plum  tomato sandwich", "plum tomato sandwich"],
    ["the kind of space", "plum tomato sandwich", "plum\u00a0tomato sandwich"],
    ["check 4: what follows a NUL", "plum\0tomato", "plum\0orange"],
    ["check 4: a NUL at the end", "plum tomato\0", "plum tomato"],
    ["check 2: the last of 64 characters", `${"x".repeat(63)}a`, `${"x".repeat(63)}b`],
    ["check 2: the last of 72 characters", `${"x".repeat(71)}a`, `${"x".repeat(71)}b`],
    ["check 3: a tail behind 72 bytes", "x".repeat(72), `${"x".repeat(72)}tail`],
    ["check 3: a tail behind 18 emoji", "😀".repeat(18), `${"😀".repeat(18)}tail`],
    ["check 3: half an emoji less", "😀".repeat(18), `${"😀".repeat(17)}\ufffd`],
    ["letters that only look alike", "finally tomato", "ﬁnally tomato"],
    ["full-width letters", "plum tomato", "ｐlum tomato"],
  ])("%s", async (_what, real, other) => {
    const email = await account(real);
    expect(await opens(email, real)).toBe(true);
    expect(await opens(email, other)).toBe(false);
  });
});

it.each([
  ["é", "caf\u00e9 au lait", "cafe\u0301 au lait"],
  ["a Hangul syllable", "\ud55c\uae00 password", "\u1112\u1161\u11ab\u1100\u1173\u11af password"],
])("check 5: %s composed and apart is the same, whichever came first", async (_what, composed, apart) => {
  const one = await account(composed);
  expect([await opens(one, composed), await opens(one, apart)]).toEqual([true, true]);
  const other = await account(apart);
  expect([await opens(other, composed), await opens(other, apart)]).toEqual([true, true]);
});

it("is measured as it is hashed: 36 times é apart is 108 bytes as typed and 72 once composed", async () => {
  const email = await account("e\u0301".repeat(36));
  expect(await opens(email, "é".repeat(36))).toBe(true);
});

it("costs nobody a second, however many accents are heaped on one letter", async () => {
  const heap = `a${"\u0301\u0316".repeat(24_000)}`;
  for (let i = 0; i < 20; i++) {
    expect((await login(server, { email: newAddress(), password: heap })).__typename).toBe(
      "InvalidCredentialsError",
    );
  }
  expect(await refusal(heap)).toContain("72 bytes");
}, 10_000);

it("needs as many characters as the server was told to ask for", async () => {
  const strict = await startServer({ signup: { passwordMinLength: 15 } });
  try {
    const short = await signup(strict, { email: newAddress(), password: "fourteen chars" });
    expect(short.message).toContain("15 characters");
    const email = newAddress();
    expect((await signup(strict, { email, password: "fifteen charact" })).__typename).toBe("AuthPayload");
  } finally {
    await strict.close();
  }
});
