import { expect } from "vitest";
import { loginDocument } from "../auth/accounts.ts";
import type { Answer } from "../helpers/graphql.ts";
import type { TestServer } from "../helpers/server.ts";

/** Tries a password, from an address that a trusted proxy names when one is given. */
export function guess({ graphql }: TestServer, input: object, from?: string): Promise<Answer> {
  return graphql.send(
    loginDocument,
    { input },
    undefined,
    from === undefined ? {} : { "X-Forwarded-For": from },
  );
}

/** Goes on until it is refused, which may take into the next time window. @returns the refusal */
export async function guessUntilRefused(
  server: TestServer,
  next: () => object,
  from?: string,
): Promise<Answer> {
  for (;;) {
    const answer = await guess(server, next(), from);
    if (answer.status === 429) return answer;
    expect(outcomeOf(answer)).toBe(wrong);
  }
}

/** What came of it, in a word. */
export function outcomeOf({ status, data, errors }: Answer): string {
  return errors ? `${status} ${errors[0]?.extensions.code}` : data.login.__typename;
}

export const refused = "429 RATE_LIMITED";
export const wrong = "InvalidCredentialsError";

/** @returns the whole seconds that a refusal asks to wait */
export function readRetryAfter({ headers }: Answer): number {
  const value = headers.get("retry-after") ?? "";
  expect(value).toMatch(/^[1-9]\d*$/);
  return Number(value);
}

/** Waits as long as a refusal asks for, and no longer: it is what is tested. */
export async function waitOut(answer: Answer): Promise<void> {
  const ms = readRetryAfter(answer) * 1000;
  await new Promise((resolve) => setTimeout(resolve, ms));
}
