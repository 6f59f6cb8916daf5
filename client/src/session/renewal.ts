import { Client, type CombinedError, fetchExchange } from "urql";
import { withBase } from "../browser/base-path.ts";
import { graphql } from "../generated/gql.ts";
import { withCookie } from "../graphql/delivery.ts";
import { changesSettled } from "./changes.ts";
import { inCookieTurn } from "./cookie-turn.ts";
import { readNote, writeNote } from "./note.ts";
import { type Ending, endSession, getGrant, getUser, isTokenDue, startSession } from "./session.ts";
import { createTransport } from "./transport.ts";

const refreshDocument = graphql(`
  mutation Renewal_Refresh {
    refresh {
      accessToken
      expiresAt
      user {
        id
      }
    }
  }
`);

const logoutDocument = graphql(`
  mutation Renewal_Logout {
    logout {
      signedOut
    }
  }
`);

/** Also when the page is closed meanwhile. */
const toTheEnd: RequestInit = { keepalive: true };

/** Knows nobody: the cookie says whose session it is. */
const client = new Client({
  url: withBase("/graphql"),
  preferGetMethod: false,
  exchanges: [createTransport(new AbortController().signal), fetchExchange],
});

const endedCodes = new Set<unknown>(["UNAUTHENTICATED", "REFRESH_REUSED"]);

/** Whether the server says that there is no such session any more. */
function isRefused({ graphQLErrors }: CombinedError): boolean {
  return graphQLErrors.some(({ extensions }) => endedCodes.has(extensions.code));
}

let renewing: { userId: string; done: Promise<void> } | null = null;

/**
 * Gets a new access token for all tabs, unless another tab has done it meanwhile. Ends the session, in all of them, if
 * the server knows it no longer, or takes the cookie for another user's.
 *
 * @param userId for whom
 * @param refused the token that the server wouldn't take; null where it has expired or there is none yet
 * @throws CombinedError when there is no answer or one that is not about the session, which then goes on; Error when
 *   the session is over
 */
export function renew(userId: string, refused: string | null): Promise<void> {
  if (renewing?.userId === userId) return renewing.done;
  const done = inCookieTurn(() => refresh(userId, refused)).finally(() => {
    if (renewing?.done === done) renewing = null;
  });
  renewing = { userId, done };
  return done;
}

async function refresh(userId: string, refused: string | null): Promise<void> {
  requireUser(userId);
  if (!isTokenDue() && getGrant()?.accessToken !== refused) return;
  const { data, error } = await client.mutation(refreshDocument, {}, withCookie);
  requireUser(userId);
  if (data) {
    const { user, ...token } = data.refresh;
    if (user.id !== (readNote("signedIn") ?? userId)) return endReplaced(userId, user.id);
    return startSession({ accessToken: token.accessToken, expiresAt: token.expiresAt, userId: user.id });
  }
  if (error && isRefused(error)) endSession(userId, "refused");
  throw error ?? new Error("The server sent an empty answer.");
}

/**
 * Ends what has come back in the place of one's own session. Whoever signs in here leaves a note: this cookie is of
 * somebody else's making, who may want to read what is written next.
 */
async function endReplaced(userId: string, otherId: string): Promise<never> {
  writeNote("signingOut", otherId);
  endSession(userId, "replaced");
  await finishSigningOut();
  throw new Error("The session is somebody else's.");
}

function requireUser(userId: string): void {
  if (getUser() !== userId) throw new Error("The session has ended.");
}

/**
 * Signs out: at once on this browser, and on the server as soon as it has what was changed right before, in any tab.
 * A server that is away hears of it when it is back.
 */
export async function signOut(userId: string, how: Ending): Promise<void> {
  writeNote("signingOut", userId);
  endSession(userId, how);
  // Whoever leaves at once may be at somebody else's computer.
  const hurry = () => void finishSigningOut();
  addEventListener("pagehide", hurry);
  await changesSettled();
  await inCookieTurn(finishSigningOut);
  removeEventListener("pagehide", hurry);
}

/** Whether the server has yet to hear that somebody signed out. */
export function isSigningOut(): boolean {
  return readNote("signingOut") !== null;
}

let isKept = false;
const listeners = new Set<() => void>();

/** Whether the server has heard that somebody signed out, and would not end the session: it goes on there. */
export function isSessionKept(): boolean {
  return isKept;
}

/** Calls back when that changes. Returns what stops it. */
export function onSessionKept(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setKept(kept: boolean): void {
  isKept = kept;
  for (const listener of listeners) listener();
}

/** Waiting makes these good, as it does where there was no answer. */
const passing = new Set([408, 429]);

/** Whether the server, or a proxy in front of it, has answered that it won't do what was asked. */
function isDenied({ response }: CombinedError): boolean {
  const status: unknown = response?.status;
  return typeof status === "number" && status >= 400 && status < 500 && !passing.has(status);
}

/** In a cookie's turn: tells the server what it has yet to hear. What it refuses now is tried again by the next page. */
export async function finishSigningOut(): Promise<void> {
  if (!isSigningOut()) return;
  const { error } = await client.mutation(logoutDocument, {}, { ...withCookie, fetchOptions: toTheEnd });
  if (!error || isRefused(error)) forgetSigningOut();
  else setKept(isDenied(error));
}

/** Somebody else's cookie has taken the place of the one that was to be ended. */
export function forgetSigningOut(): void {
  writeNote("signingOut", null);
  setKept(false);
}
