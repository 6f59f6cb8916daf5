import { decode } from "./accounts.ts";
import { type Forgery, forge, goodHeader, type Material } from "./forge.ts";
import { algorithms, headers, signatures } from "./forged-signatures.ts";

/** Every way of being wrong that is not about the claims. */
export function forgeForms({ token, otherToken }: Material, callback: string): Forgery[] {
  const { payload } = decode(token);
  const tokens = [
    ...algorithms(payload),
    ...headers(payload, callback),
    ...signatures(token, otherToken, payload),
  ];
  const [header, body, signature] = token.split(".");
  const shapes = {
    "a segment more": `${token}.x`,
    "an empty segment more": `${token}.`,
    "an empty segment in front": `.${token}`,
    "two segments more": `${token}.${body}.${signature}`,
    "one segment": body,
    "dots alone": "..",
    "one dot": ".",
    "a space inside": `${header}. ${body}.${signature}`,
    "a newline as it is written in JSON": `${token}\\n`,
    "an encoded newline": `${token}%0A`,
    "a comma behind": `${token},`,
    "quotes around": `"${token}"`,
    "angle brackets around": `<${token}>`,
    "a name in front": `token=${token}`,
    "itself behind": `${token} ${token}`,
    "another scheme behind": `${token}, Basic YTpi`,
    "base64 for base64url": `${header}.${body}.${signature}`.replace(/\./, "+."),
    null: "null",
    undefined: "undefined",
    "an object's name": "[object Object]",
    "a word": "x",
    "8 KB of a word": "x".repeat(8192),
    "8 KB that look like a token": `${header}.${"x".repeat(8000)}.${signature}`,
    "8 KB of well-signed payload": forge(goodHeader, {
      ...payload,
      email: `${"x".repeat(6000)}@example.com`,
    }),
    "sixteen bytes of 0x80": "\x80".repeat(16),
    "letters beyond ASCII": `${token}é`,
  };
  const schemes = [
    "Basic",
    "Token",
    "JWT",
    "MAC",
    "Digest",
    "Bearer:",
    "Bearer=",
    "BearerBearer",
    "Bear",
    "Bearer Bearer",
  ];
  return [
    ...tokens.map(([what, forged]): Forgery => [what, `Bearer ${forged}`]),
    ...Object.entries(shapes).map(([what, forged]): Forgery => [what, `Bearer ${forged}`]),
    ...schemes.map((scheme): Forgery => [`the scheme ${scheme}`, `${scheme} ${token}`]),
    ["the scheme alone", "Bearer"],
    ["no scheme", token],
    ["nothing", ""],
    ["two spaces", `Bearer  ${token}`],
    ["a tab for the space", `Bearer\t${token}`],
    ["a tab behind the space", `Bearer \t${token}`],
    ["no space", `Bearer${token}`],
    ["a no-break space", `Bearer\xa0${token}`],
    ["Basic with the token as password", `Basic ${Buffer.from(`ann:${token}`).toString("base64")}`],
  ];
}
