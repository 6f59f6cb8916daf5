import type { TestDatabase } from "../helpers/database.ts";
import type { Answer } from "../helpers/graphql.ts";
import { type Overrides, startServer, type TestServer } from "../helpers/server.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";

export const publicUrl = "https://tasks.example.com";
export const newPassword = "seventeen quiet otters";

/** A server that sends its mail to a mailbox of its own. */
export async function startWithMail(
  overrides: Overrides = {},
  database?: TestDatabase,
): Promise<{ server: TestServer; mailbox: Mailbox }> {
  const mailbox = await openMailbox();
  const mail = { smtpUrl: mailbox.url, from: "Ownlist <tasks@example.com>", publicUrl };
  return { server: await startServer({ mail, ...overrides }, database), mailbox };
}

const error = "... on Error { __typename message } ... on ValidationError { fieldErrors { path message } }";
const fields = "{ user { id email emailVerified } }";

const requestDocument = `mutation ($email: String!) { requestPasswordReset(input: { email: $email }) {
  __typename ... on RequestPasswordResetPayload { requested } ${error} } }`;
export const resetDocument = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) {
  __typename ... on ResetPasswordPayload { reset } ${error} } }`;
const verifyDocument = `mutation ($code: String!) { verifyEmail(input: { code: $code }) {
  __typename ... on VerifyEmailPayload ${fields} ... on Error { message } } }`;
export const changeEmailDocument = `mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) {
  __typename ... on ChangeEmailPayload { verificationSent user { id email emailVerified } } ${error} } }`;
const againDocument = `mutation { requestEmailVerification {
  __typename ... on RequestEmailVerificationPayload { email } ... on Error { message } } }`;
const eventsDocument = "{ securityEvents(first: 20) { edges { node { kind address } } } }";

export const requestReset = ({ graphql }: TestServer, email: string): Promise<Answer> =>
  graphql.send(requestDocument, { email });

export const sendReset = ({ graphql }: TestServer, input: object): Promise<Answer> =>
  graphql.send(resetDocument, { input: { newPassword, ...input } });

/** @returns the result, whichever member of its union it is */
export async function reset(
  server: TestServer,
  input: { email: string; code: string; newPassword?: string },
) {
  return (await server.graphql.data(resetDocument, { input: { newPassword, ...input } })).resetPassword;
}

export async function verify({ graphql }: TestServer, token: string, code: string) {
  return (await graphql.data(verifyDocument, { code }, token)).verifyEmail;
}

export async function changeEmail({ graphql }: TestServer, token: string, input: object) {
  return (await graphql.data(changeEmailDocument, { input }, token)).changeEmail;
}

export async function verifyAgain({ graphql }: TestServer, token: string) {
  return (await graphql.data(againDocument, {}, token)).requestEmailVerification;
}

/** What somebody's security log says, newest first. */
export async function eventsOf({ graphql }: TestServer, token: string): Promise<string[]> {
  const { securityEvents } = await graphql.data(eventsDocument, {}, token);
  return securityEvents.edges.map(({ node }: { node: { kind: string } }) => node.kind);
}

export const statusOf = async ({ graphql }: TestServer, token: string) =>
  (await graphql.send("{ viewer { id } }", {}, token)).status;
