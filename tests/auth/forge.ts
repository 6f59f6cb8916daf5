import { createHmac, type KeyObject } from "node:crypto";
import { jwtSecret } from "../helpers/server.ts";

/** What there is to forge from: real tokens and ids, of accounts that live and of one that does not. */
export type Material = { token: string; otherToken: string; deletedToken: string };

/** An Authorization header that no server may take, and what is wrong with it. */
export type Forgery = [what: string, authorization: string];

export type Claims = Record<string, unknown>;

export const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

export const hmac = (input: string, secret: string | Buffer | KeyObject = jwtSecret, bits = 256) =>
  createHmac(`sha${bits}`, secret).update(input).digest("base64url");

export const goodHeader = { alg: "HS256", typ: "at+jwt" };

/** A token with whatever header and payload, signed as the server signs unless told otherwise. */
export function forge(header: unknown, payload: unknown, signer: (input: string) => string = hmac): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signer(input)}`;
}
