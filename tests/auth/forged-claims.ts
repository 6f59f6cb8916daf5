import { decode } from "./accounts.ts";
import { type Claims, type Forgery, forge, goodHeader, type Material } from "./forge.ts";

const without = (claims: Claims, name: string) =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

/** Tokens signed with the right key that say something wrong. */
export function forgeClaims({ token, otherToken, deletedToken }: Material): Forgery[] {
  const { payload } = decode(token);
  const other = decode(otherToken).payload;
  const now = Math.floor(Date.now() / 1000);
  const nobody = "01a1fe22-8a5f-7293-9d7e-d0e5ca2c6283";
  const junk = [
    undefined,
    null,
    "",
    " ",
    0,
    1,
    -1,
    1.5,
    1e30,
    true,
    {},
    { not: "" },
    [],
    "x",
    "0",
    "' OR 1=1 --",
    "\0",
  ];
  const wrong: Record<string, unknown[]> = {
    exp: [
      ...junk,
      now - 1,
      now,
      `${payload.exp}`,
      [payload.exp],
      payload.iat + 604_801,
      payload.exp + 1e9,
      now + 0.5,
    ],
    iat: [
      undefined,
      null,
      "",
      "x",
      {},
      [],
      true,
      1.5,
      1e30,
      `${payload.iat}`,
      now + 180,
      now + 86_400,
      payload.iat - 1,
      0,
      -1,
    ],
    nbf: [now + 60, now + 1e9, "x", null],
    iss: [...junk, "Ownlist", "ownlist ", "https://evil.test", ["ownlist"]],
    aud: [...junk, "Ownlist", "https://evil.test", ["ownlist"], ["ownlist", "x"]],
    sub: [
      ...junk,
      nobody,
      other.sub,
      [payload.sub],
      { equals: payload.sub },
      `${payload.sub} `,
      `${payload.sub}'`,
      payload.email,
    ],
    sid: [...junk, nobody, other.sid, [payload.sid], payload.jti, payload.sub, `{${payload.sid}}`],
    jti: [...junk, [payload.jti]],
    email: [undefined, null, 0, true, {}, [], [payload.email]],
    role: ["admin"],
    scope: ["*"],
    cnf: [{ jkt: "x" }],
  };
  const claims = Object.entries(wrong).flatMap(([name, values]) =>
    values.map((value): [string, unknown] => [
      `${name} ${value === undefined ? "missing" : JSON.stringify(value)}`,
      value === undefined ? without(payload, name) : { ...payload, [name]: value },
    ]),
  );
  const text = JSON.stringify(payload);
  const whole: [string, unknown][] = [
    '"x"',
    `"${payload.sub}"`,
    "[]",
    `[${text}]`,
    "null",
    "true",
    "1",
    "",
    "{}",
    "{",
    `${text}x`,
    text.slice(0, -1),
  ].map((body) => [`payload ${body.slice(0, 40)}`, body]);
  return [
    ...[...claims, ...whole].map(([what, body]): Forgery => [what, `Bearer ${forge(goodHeader, body)}`]),
    ["the token of a deleted account", `Bearer ${deletedToken}`],
  ];
}
