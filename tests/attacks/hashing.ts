import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";

const login = `mutation ($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) { __typename }
}`;

/** With hashes of a quarter of the work, twice as many make others wait half as long. */
const logins = { small: 36, full: 18 };

export const attack: Attack = {
  name: "hashing",
  what: "18 logins at once from one address, with the right passwords of its two accounts",
  async prepare({ signUp, graphql }, size) {
    const accounts = [await signUp(), await signUp()];
    let sent = 0;
    return (signal) =>
      flood(signal, logins[size], () => {
        const account = accounts[sent++ % accounts.length];
        return graphql(
          null,
          { query: login, variables: { email: account?.email, password: account?.password } },
          signal,
        );
      });
  },
};
