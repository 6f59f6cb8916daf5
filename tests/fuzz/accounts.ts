import { randomBytes } from "node:crypto";
import { logIn } from "../auth/tokens-api.ts";
import { password, signUp } from "../helpers/people.ts";
import type { Cast } from "./cast.ts";
import type { Header, Input } from "./input.ts";
import { mangleText } from "./mangle.ts";
import { makeOdd, makeText, ofFields, ofText, type Value } from "./odd.ts";
import { bodyOf, post, type Sender } from "./operations.ts";
import type { Random } from "./random.ts";

/** Somebody who may lose their account. */
type Expendable = { email: string; accessToken: string; refreshToken: string };

async function makeExpendable({ server, secrets }: Cast): Promise<Expendable> {
  const person = await signUp(server, "expendable");
  const { accessToken, refreshToken } = await logIn(server, person);
  for (const secret of [person.token, accessToken, refreshToken]) secrets.add(secret);
  return { email: person.email, accessToken, refreshToken };
}

const payload = "__typename ... on AuthPayload { accessToken refreshToken expiresAt user { id email name } }";
const problem = "... on ValidationError { fieldErrors { path message } } ... on Error { message }";

/** What is done to an account, with the fields of its input. */
const operations: Record<string, { document: string; fields: string[] }> = {
  signup: {
    document: `signup(input: $input) { ${payload} ${problem} }`,
    fields: ["email", "password", "name"],
  },
  login: { document: `login(input: $input) { ${payload} ${problem} }`, fields: ["email", "password"] },
  refresh: { document: "refresh(input: $input) { accessToken refreshToken }", fields: ["refreshToken"] },
  logout: { document: "logout(input: $input) { signedOut }", fields: ["refreshToken"] },
  changePassword: {
    document: `changePassword(input: $input) { __typename ${problem} }`,
    fields: ["currentPassword", "newPassword"],
  },
  changeEmail: {
    document: `changeEmail(input: $input) { __typename ${problem} }`,
    fields: ["email", "password"],
  },
  deleteAccount: { document: `deleteAccount(input: $input) { __typename ${problem} }`, fields: ["password"] },
  updateProfile: { document: `updateProfile(input: $input) { __typename ${problem} }`, fields: ["name"] },
  createPersonalToken: {
    document: `createPersonalToken(input: $input) { ... on CreatePersonalTokenPayload { secret } ${problem} }`,
    fields: ["name", "scopes", "expiresAt"],
  },
  resetPassword: {
    document: `resetPassword(input: $input) { __typename ${problem} }`,
    fields: ["email", "code", "newPassword"],
  },
};

/** What new passwords begin with. */
export const newPassword = "a new one of";

type Make = (random: Random, account: Expendable) => Value;

const oddPasswords = [
  "\0".repeat(9),
  "p\ud800ssword of mine",
  "x".repeat(72),
  "x".repeat(73),
  "😀".repeat(18),
  "😀".repeat(19),
  "passwordpassword",
  "        ",
  "ownlistownlist",
  "éééééééé",
  "e\u0301".repeat(8),
];

const ofPassword: Make = (random) =>
  ofText(random.chance(0.5) ? password : random.pick([...oddPasswords, makeText(random)]));

/** New, of no account that there is, and not for the log. */
const ofNewPassword: Make = (random) =>
  ofText(
    random.chance(0.5)
      ? `${newPassword} ${random.below(1e9)}`
      : random.pick([...oddPasswords, makeText(random)]),
  );

const ofEmail: Make = (random, { email }) => {
  const [local = "", host = ""] = email.split("@");
  return ofText(
    random.pick([
      email,
      email.toUpperCase(),
      ` ${email}\r\n`,
      `fuzz-${randomBytes(6).toString("hex")}@example.com`,
      `${local}@${host}.`,
      `${local}\0@${host}`,
      `${local}@\ud800.com`,
      `"${local}"@${host}`,
      `${local}@[127.0.0.1]`,
      `${local}@xn--a.com`,
      `ａ${local}@${host}`,
      `${"x".repeat(64)}@${"x".repeat(63)}.example.com`,
      `x\r\n{"level":50,"msg":"forged"}@${host}`,
      makeText(random),
    ]),
  );
};

const ofRefreshToken: Make = (random, { refreshToken, accessToken }) =>
  ofText(
    random.pick([
      refreshToken,
      refreshToken,
      mangleText(refreshToken, random, "azAZ09-_"),
      accessToken,
      makeText(random),
    ]),
  );

const makers: Record<string, Make> = {
  email: ofEmail,
  password: ofPassword,
  currentPassword: ofPassword,
  newPassword: ofNewPassword,
  name: (random) => ofText(makeText(random)),
  refreshToken: ofRefreshToken,
  code: (random) => ofText(random.pick(["ABCD-EFGH-JKLM", "0", makeText(random)])),
  scopes: (random) => ({
    literal: "",
    json: random.pick(['["TASKS_READ"]', "[]", '["TASKS_READ","TASKS_READ"]', '["ALL"]', '"TASKS_READ"']),
  }),
  expiresAt: (random) =>
    ofText(random.pick(["2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "x"])),
};

/** Something done to an account of its own. */
export async function makeAccountInput(cast: Cast, random: Random): Promise<Input> {
  const account = await makeExpendable(cast);
  const name = random.pick(Object.keys(operations));
  const { document, fields } = operations[name] ?? { document: "", fields: [] };
  const given = fields
    .filter(() => random.chance(0.97))
    .map((field): [string, Value] => {
      const value = random.chance(0.06) ? makeOdd(random) : makers[field]?.(random, account);
      return [field, value ?? makeOdd(random)];
    });
  if (random.chance(0.05))
    given.push([random.pick(["id", "userId", "role", "returnRefreshToken"]), makeOdd(random)]);
  if ((name === "signup" || name === "login") && random.chance(0.5))
    given.push(["returnRefreshToken", { literal: "true", json: "true" }]);
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input${name === "refresh" || name === "logout" ? "" : "!"}`;
  const variables = ofFields([["input", ofFields(given)]]).json;
  const body = bodyOf({
    query: `mutation ($input: ${type}) { ${document} }`,
    variables,
    operationName: null,
  });
  const times = random.chance(0.2) ? 2 : 1;
  return { kind: "account", times, ...post(cast, random, body, senderOf(account, random)) };
}

function senderOf({ accessToken, refreshToken }: Expendable, random: Random): Sender {
  const signedIn: Header = ["Authorization", `Bearer ${accessToken}`];
  const browser: Header[] = [
    ["Cookie", `${random.pick(["ownlist-refresh-5eed01234567", "ownlist-refresh"])}=${refreshToken}`],
    ["Sec-Fetch-Site", random.pick(["same-origin", "cross-site", "same-site"])],
  ];
  const headers = random.pick([[], [signedIn], [signedIn], browser, [signedIn, ...browser]]);
  return { credential: "unknown", headers };
}
