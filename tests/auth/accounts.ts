import { randomBytes } from "node:crypto";
import type { Answer } from "../helpers/graphql.ts";
import type { TestServer } from "../helpers/server.ts";

const selection = `
  __typename
  ... on AuthPayload { accessToken tokenType expiresAt user { id email name createdAt } }
  ... on Error { message }
  ... on ValidationError { fieldErrors { path message } }`;

export const signupDocument = `mutation ($input: SignupInput!) { signup(input: $input) { ${selection} } }`;
export const loginDocument = `mutation ($input: LoginInput!) { login(input: $input) { ${selection} } }`;

/** What signup and login answer, whichever member of their union it is. */
export type Outcome = {
  __typename: "AuthPayload" | "EmailTakenError" | "InvalidCredentialsError" | "ValidationError";
  accessToken: string;
  tokenType: string;
  expiresAt: string;
  user: { id: string; email: string; name: string | null; createdAt: string };
  message: string;
  fieldErrors: { path: string[]; message: string }[];
};

/** An address that nobody has yet. */
export const newAddress = () => `${randomBytes(6).toString("hex")}@example.com`;

export async function signup({ graphql }: TestServer, input: object): Promise<Outcome> {
  return (await graphql.data(signupDocument, { input })).signup;
}

export async function login({ graphql }: TestServer, input: object): Promise<Outcome> {
  return (await graphql.data(loginDocument, { input })).login;
}

/** @returns the path of each problem, as its segments joined with dots */
export const problemPaths = ({ fieldErrors }: Outcome) =>
  (fieldErrors ?? []).map(({ path }) => path.join("."));

/** What a token says, unchecked. */
export function decode(token: string) {
  const [header = "", payload = ""] = token.split(".");
  const read = (segment: string) => JSON.parse(Buffer.from(segment, "base64url").toString("utf8"));
  return { header: read(header), payload: read(payload) };
}

/** What two answers to different requests may differ in. */
const ownHeaders = new Set(["connection", "date", "keep-alive", "x-request-id"]);

/** An answer as its receiver sees it, byte for byte. */
export const visible = ({ status, headers, text }: Answer) => ({
  status,
  text,
  headers: [...headers].filter(([name]) => !ownHeaders.has(name)),
});
