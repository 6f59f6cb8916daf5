import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import pg from "pg";
import type { Account, Target } from "./attack.ts";
import { exchange } from "./exchange.ts";

/** Where a server and its database are. */
export type Address = {
  url: string;
  /** Reaches the database as a superuser. */
  database: pg.ClientConfig;
};

/** Everybody's. */
export const password = "plum tomato sandwich";

export const signup = `mutation ($email: String!, $password: String!) {
  signup(input: { email: $email, password: $password }) { ... on AuthPayload { accessToken } }
}`;

/** Other processes begin elsewhere. */
let addresses = process.pid;

/** An address of this machine that nobody has spoken from yet. */
function newAddress(): string {
  addresses += 512;
  return `127.${1 + ((addresses >> 16) % 254)}.${(addresses >> 8) % 256}.${addresses % 256}`;
}

/**
 * Makes an account.
 * @param localAddress whom it comes from
 * @throws Error when it is refused
 */
export async function signUp(url: string, localAddress = newAddress()): Promise<Account> {
  const email = `somebody-${randomBytes(8).toString("hex")}@example.com`;
  const body = { query: signup, variables: { email, password } };
  const { text } = await exchange(`${url}/graphql`, { body, localAddress });
  const token: string | undefined = JSON.parse(text).data?.signup.accessToken;
  if (token === undefined) throw new Error(`signing up failed: ${text}`);
  return { token, email, password };
}

export function openTarget({ url, database }: Address): Target {
  const agent = new Agent({ keepAlive: true });
  return {
    url,
    signUp: () => signUp(url),
    graphql: (token, body, signal) => exchange(`${url}/graphql`, { token, body, signal, agent }),
    async sql(...statements) {
      const client = new pg.Client(database);
      await client.connect();
      try {
        await client.query("SET session_replication_role = replica");
        for (const statement of statements) await client.query(statement);
        // What PostgreSQL would do about so many rows sometime later, while it is measured.
        await client.query("VACUUM (ANALYZE, FREEZE)");
        await client.query("CHECKPOINT");
      } finally {
        await client.end();
      }
    },
  };
}
