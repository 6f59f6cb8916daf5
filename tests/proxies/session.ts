import { expect } from "vitest";
import { loginDocument, newAddress, signupDocument } from "../auth/accounts.ts";
import { password } from "../helpers/people.ts";
import type { Reply, Visitor } from "./visitor.ts";

const refreshDocument = "mutation { refresh { accessToken } }";

/** What an operation is answered, which has to work. */
export function dataOf({ status, text }: Reply) {
  const { data, errors } = JSON.parse(text);
  expect({ status, errors }, text).toEqual({ status: 200, errors: undefined });
  return data;
}

/**
 * Goes through what a web client does from making an account to signing out.
 * @param onCookie hears of each cookie that is set
 */
export async function liveThrough(visitor: Visitor, onCookie = (_cookie: string) => {}): Promise<void> {
  const input = { email: newAddress(), password };
  expect(dataOf(await visitor.send(signupDocument, { input })).signup.__typename).toBe("AuthPayload");
  expect(dataOf(await visitor.send(loginDocument, { input })).login.__typename).toBe("AuthPayload");
  onCookie(String(visitor.cookie()));
  // Twice: the second one has the cookie that the first one has set.
  await refresh(visitor);
  onCookie(String(visitor.cookie()));
  const token = await refresh(visitor);
  const headers = { Authorization: `Bearer ${token}` };
  const create = 'mutation { createTask(input: { title: "Wind the clock" }) { __typename } }';
  expect(dataOf(await visitor.send(create, {}, headers)).createTask.__typename).toBe("CreateTaskPayload");
  const list = "{ tasks(first: 5) { edges { node { title } } } }";
  expect(dataOf(await visitor.send(list, {}, headers)).tasks.edges).toEqual([
    { node: { title: "Wind the clock" } },
  ]);
  expect(dataOf(await visitor.send("mutation { logout { signedOut } }")).logout).toEqual({ signedOut: true });
  expect(visitor.cookie()).toBeNull();
  expect((await visitor.send(list, {}, headers)).status).toBe(401);
}

async function refresh(visitor: Visitor): Promise<string> {
  return dataOf(await visitor.send(refreshDocument)).refresh.accessToken;
}

/** Tries a password that is wrong, for an account that there is not. @returns the status */
export async function guess(visitor: Visitor, headers: Record<string, string> = {}): Promise<number> {
  const input = { email: newAddress(), password };
  return (await visitor.send(loginDocument, { input }, headers)).status;
}
