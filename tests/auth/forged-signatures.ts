import { createSecretKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { jwtSecret } from "../helpers/server.ts";
import { type Claims, encode, forge, goodHeader, hmac } from "./forge.ts";

/** Tokens under other algorithms than the server's. */
export function algorithms(payload: Claims): [string, string][] {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = rsa.publicKey.export({ format: "jwk" });
  const byRsa = (input: string) => sign("sha256", Buffer.from(input), rsa.privateKey).toString("base64url");
  const named = [
    "none",
    "None",
    "NONE",
    "nOnE",
    "hs256",
    "HS-256",
    "HS1",
    "RS256",
    "RS512",
    "PS256",
    "ES256",
    "ES384",
    "EdDSA",
  ];
  return [
    ...named.flatMap((alg): [string, string][] => [
      [`alg ${alg} without a signature`, forge({ ...goodHeader, alg }, payload, () => "")],
      [`alg ${alg} over an HMAC`, forge({ ...goodHeader, alg }, payload)],
    ]),
    ...[384, 512].flatMap((bits): [string, string][] => [
      [
        `HS${bits} with the right key`,
        forge({ ...goodHeader, alg: `HS${bits}` }, payload, (input) => hmac(input, jwtSecret, bits)),
      ],
      [
        `HS256 over an HMAC of ${bits} bits`,
        forge(goodHeader, payload, (input) => hmac(input, jwtSecret, bits)),
      ],
    ]),
    ["RS256 by a key of the forger's", forge({ ...goodHeader, alg: "RS256" }, payload, byRsa)],
    ["RS256 by the key in its header", forge({ ...goodHeader, alg: "RS256", jwk }, payload, byRsa)],
    ...[null, 256, true, ["HS256"], { name: "HS256" }, ""].map((alg): [string, string] => [
      `alg ${JSON.stringify(alg)}`,
      forge({ ...goodHeader, alg }, payload),
    ]),
    ["no alg", forge({ typ: "at+jwt" }, payload)],
  ];
}

/** Tokens with a right signature under a header that the server never writes. */
export function headers(payload: Claims, callback: string): [string, string][] {
  const typs = [
    "JWT",
    "jwt",
    "at+JWT",
    "AT+JWT",
    "application/at+jwt",
    "rt+jwt",
    "refresh",
    "dpop+jwt",
    "",
    null,
    1,
    ["at+jwt"],
  ];
  const extras = {
    jku: `${callback}/jwks.json`,
    jwk: { kty: "oct", k: encode("a key that the forger knows, of 32 bytes") },
    x5u: `${callback}/cert.pem`,
    x5c: ["MIIB"],
    x5t: "x",
    kid: "../../../../dev/null",
    crit: ["x"],
    b64: false,
    zip: "DEF",
    cty: "JWT",
    enc: "A256GCM",
    iss: "ownlist",
  };
  return [
    ...typs.map((typ): [string, string] => [
      `typ ${JSON.stringify(typ)}`,
      forge({ ...goodHeader, typ }, payload),
    ]),
    ["no typ", forge({ alg: "HS256" }, payload)],
    ...Object.entries(extras).map(([name, value]): [string, string] => [
      `header with ${name}`,
      forge({ ...goodHeader, [name]: value }, payload),
    ]),
    [
      "kid that names an empty key",
      forge({ ...goodHeader, kid: "/dev/null" }, payload, (input) => hmac(input, "")),
    ],
    ["crit b64", forge({ ...goodHeader, crit: ["b64"], b64: false }, payload)],
    ...["", "null", "[]", '"HS256"', "{", '{"alg":"HS256","typ":"at+jwt"}x'].map((text): [string, string] => [
      `header ${JSON.stringify(text)}`,
      forge(text, payload),
    ]),
  ];
}

/** Tokens whose signature is not theirs. */
export function signatures(token: string, otherToken: string, payload: Claims): [string, string][] {
  const [header, body, signature = ""] = token.split(".");
  const [, otherBody, otherSignature] = otherToken.split(".");
  const input = `${header}.${body}`;
  // 256 bits are 42 characters and four bits more: what else the last one says is nothing's.
  const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(
    signature.slice(-1),
  );
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const secrets = [
    "",
    "secret",
    "ownlist",
    "Ownlist",
    "JWT_SECRET",
    "jwt_secret",
    "changeme",
    "null",
    "undefined",
  ];
  const keys: (string | Buffer | KeyObject)[] = [
    Buffer.alloc(32),
    Buffer.alloc(32, 0xff),
    createSecretKey(Buffer.from("an-hmac-key-of-somebody-else-32-bytes-long")),
    jwtSecret.slice(0, -1),
    jwtSecret.slice(0, 32),
    `${jwtSecret}\n`,
    ` ${jwtSecret}`,
    jwtSecret.toUpperCase(),
    Buffer.from(jwtSecret, "base64"),
    Buffer.from(jwtSecret).toString("base64"),
  ];
  const edited = {
    sub: "01a1fe22-8a5f-7293-9d7e-d0e5ca2c6283",
    sid: payload.jti,
    email: "x@example.com",
    exp: 4e9,
    iat: 1,
  };
  return [
    ...secrets.map((key): [string, string] => [
      `the key ${JSON.stringify(key)}`,
      forge(goodHeader, payload, (text) => hmac(text, key)),
    ]),
    ...keys.map((key, i): [string, string] => [
      `wrong key ${i}`,
      forge(goodHeader, payload, (text) => hmac(text, key)),
    ]),
    ...Object.entries(edited).map(([name, value]): [string, string] => [
      `${name} edited under the old signature`,
      `${header}.${encode({ ...payload, [name]: value })}.${signature}`,
    ]),
    ["no signature", `${input}.`],
    ["no third segment", input],
    ["another token's signature", `${input}.${otherSignature}`],
    ["another token's payload", `${header}.${otherBody}.${signature}`],
    ["a padded signature", `${token}=`],
    ["a padded payload", `${header}.${body}=.${signature}`],
    ["a shorter signature", token.slice(0, -1)],
    ["a longer signature", `${token}A`],
    ["a signature twice", `${token}${signature}`],
    ["a last character with stray bits", token.slice(0, -1) + alphabet[last ^ 1]],
    ["a signature in hexadecimal", `${input}.${Buffer.from(signature, "base64url").toString("hex")}`],
    ["a signature of zeros", `${input}.${"A".repeat(43)}`],
    ["a signature in capitals", `${input}.${signature.toUpperCase()}`],
    ["segments in another order", `${body}.${header}.${signature}`],
  ];
}
