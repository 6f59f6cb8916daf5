import type { Person } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";

const error = "... on Error { __typename message } ... on ValidationError { fieldErrors { path } }";

export const updateDocument = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
  ... on UpdateProfilePayload { user { id email name } } ${error} } }`;

export const changeDocument = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
  ... on ChangePasswordPayload { revokedSessionCount user { id email } } ${error} } }`;

export const deleteDocument = `mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) {
  ... on DeleteAccountPayload { deletedUserId } ${error} } }`;

export const changePassword = async (person: Person, currentPassword: string, newPassword: string) =>
  (await person.data(changeDocument, { input: { currentPassword, newPassword } })).changePassword;

export const deleteAccount = async (person: Person, password: string) =>
  (await person.data(deleteDocument, { input: { password } })).deleteAccount;

/** What happened to somebody's account, newest first. */
export async function eventsOf(person: Pick<Person, "data">): Promise<string[]> {
  const { securityEvents } = await person.data("{ securityEvents { edges { node { kind } } } }");
  return securityEvents.edges.map(({ node }: { node: { kind: string } }) => node.kind);
}

/** The status with which a credential is answered. */
export const statusOf = async ({ graphql }: TestServer, token: string) =>
  (await graphql.send("{ tasks { edges { node { id } } } }", {}, token)).status;
