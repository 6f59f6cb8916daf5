import type { Person } from "../helpers/people.ts";
import { password } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";

/** What somebody who is signed in has in hand. */
export type Tokens = {
  accessToken: string;
  refreshToken: string;
  expiresAt: string;
  sessionExpiresAt: string;
};

const fields = "accessToken refreshToken expiresAt sessionExpiresAt";

export const refreshDocument = `mutation ($token: String!) { refresh(input: { refreshToken: $token }) { ${fields} } }`;

const loginDocument = `mutation ($email: String!, $password: String!) {
  login(input: { email: $email, password: $password, returnRefreshToken: true }) { ... on AuthPayload { ${fields} } }
}`;

/** Logs in once more, as a client that keeps no cookies. */
export async function logIn({ graphql }: TestServer, { email }: Pick<Person, "email">): Promise<Tokens> {
  return (await graphql.data(loginDocument, { email, password })).login;
}

/** Sends a refresh token. */
export const sendRefresh = ({ graphql }: TestServer, token: string) =>
  graphql.send(refreshDocument, { token });

/** Goes on with a session. */
export async function refresh(server: TestServer, token: string): Promise<Tokens> {
  return (await server.graphql.data(refreshDocument, { token })).refresh;
}

const createDocument = `mutation ($input: CreatePersonalTokenInput!) { createPersonalToken(input: $input) {
  ... on CreatePersonalTokenPayload { secret personalToken { id } } ... on Error { __typename message } } }`;

const day = 24 * 60 * 60 * 1000;

/** Makes a personal token. @returns it with its id */
export async function createToken(
  person: Person,
  scopes: string[],
  expiresAt = new Date(Date.now() + day),
  name = "backup script",
): Promise<{ secret: string; id: string }> {
  const input = { name, scopes, expiresAt };
  const { createPersonalToken } = await person.data(createDocument, { input });
  if (createPersonalToken.secret === undefined) throw new Error(JSON.stringify(createPersonalToken));
  return { secret: createPersonalToken.secret, id: createPersonalToken.personalToken.id };
}
