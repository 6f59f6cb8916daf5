import { ownName } from "../browser/base-path.ts";
import { readNote, writeNote } from "./note.ts";

/** What the server gives whoever signs in, and anew with each refresh. */
export type Grant = { userId: string; accessToken: string; expiresAt: string };

/**
 * How the last session ended: by the button, by a refusal, in another tab, with the account or its old password, or
 * because somebody else's had taken its place.
 */
export type Ending = "signed-out" | "refused" | "elsewhere" | "deleted" | "reset" | "replaced";

/** What one tab tells the others. */
type News = { grant: Grant } | { ended: string; how: Ending };

/*
 * Who is signed in on this browser; the only module that knows where the access token is: in each page's memory and
 * nowhere else. A page that gets one tells the other pages of this origin. One that has just loaded knows by a note
 * whose it is, and gets its token by a refresh. The refresh token is in a cookie that no script reads.
 */
let user: string | null | undefined;
let grant: Grant | null = null;
let deadline = 0;
let ending: Ending | null = null;
let channel: BroadcastChannel | undefined;
const listeners = new Set<() => void>();

/** The id of who is signed in, or null. */
export function getUser(): string | null {
  if (user === undefined) user = readNote("signedIn");
  return user;
}

/** The access token that was given last, or null where none has been yet. */
export function getGrant(): Grant | null {
  return grant;
}

/** Whether a new access token is needed before anything is asked. */
export function isTokenDue(): boolean {
  return grant === null || Date.now() >= deadline;
}

/** How the session ended that this page had, or null if it had none. */
export function getEnding(): Ending | null {
  return ending;
}

/** Takes what the server has given, in all tabs: somebody has signed in, or has a new access token. */
export function startSession(given: Grant): void {
  adopt(given);
  writeNote("signedIn", given.userId);
  tell({ grant: given });
}

/**
 * Forgets the session, in all tabs.
 * @param userId ends only this user's: a late refusal for the last user must not sign out the next.
 */
export function endSession(userId: string, how: Ending): void {
  if (getUser() !== userId) return;
  drop(how);
  writeNote("signedIn", null);
  tell({ ended: userId, how });
}

/** Calls back whenever somebody signs in or out or has a new token, in this tab or another. Returns what stops it. */
export function onSessionChange(listener: () => void): () => void {
  getChannel();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function adopt(given: Grant): void {
  const expiry = Date.parse(given.expiresAt);
  user = given.userId;
  grant = given;
  ending = null;
  // New and expired: then this device's clock is wrong, and only the server can tell.
  deadline = expiry > Date.now() ? expiry : Number.POSITIVE_INFINITY;
}

function drop(how: Ending): void {
  user = null;
  grant = null;
  ending = how;
}

function tell(news: News): void {
  getChannel().postMessage(news);
  for (const listener of listeners) listener();
}

function getChannel(): BroadcastChannel {
  if (channel === undefined) {
    channel = new BroadcastChannel(ownName("session"));
    channel.addEventListener("message", ({ data }: MessageEvent<News>) => hear(data));
  }
  return channel;
}

function hear(news: News): void {
  if ("grant" in news) adopt(news.grant);
  else if (getUser() === news.ended) drop(news.how === "signed-out" ? "elsewhere" : news.how);
  else return;
  for (const listener of listeners) listener();
}
