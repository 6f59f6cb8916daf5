import type { Client } from "urql";
import { keepNoKeys } from "../browser/stable-key.ts";
import { sayFarewell } from "./changes.ts";
import { createClient } from "./client.ts";
import { getConnection, onConnectionChange } from "./connection.ts";
import { inCookieTurn } from "./cookie-turn.ts";
import { finishSigningOut, isSigningOut } from "./renewal.ts";
import { getUser, onSessionChange } from "./session.ts";

/** Who uses this page, with a client and a cache of their own. */
export type Identity = {
  /** Another one each time: the key of everything on the page that belongs to this identity. */
  key: number;
  /** null: nobody is signed in. */
  userId: string | null;
  client: Client;
};

export type IdentityStore = { get: () => Identity; subscribe: (listener: () => void) => () => void };

/**
 * Follows the session. When somebody else is signed in, in this tab or another, the old client's requests are dropped
 * and the next identity starts with an empty cache. A new token for the same user changes nothing.
 *
 * @param onChange called with each new identity before anybody else hears of it
 */
export function createIdentityStore(onChange: (identity: Identity) => void): IdentityStore {
  const listeners = new Set<() => void>();
  let key = 0;
  let over = new AbortController();
  let identity = start();

  function start(): Identity {
    const userId = getUser();
    key += 1;
    return { key, userId, client: createClient(userId, over.signal) };
  }

  onSessionChange(() => {
    if (getUser() === identity.userId) return;
    over.abort();
    sayFarewell();
    keepNoKeys();
    over = new AbortController();
    identity = start();
    onChange(identity);
    for (const listener of listeners) listener();
  });

  const catchUp = () => {
    if (isSigningOut() && !getConnection().away) void inCookieTurn(finishSigningOut);
  };
  onConnectionChange(catchUp);
  catchUp();

  return {
    get: () => identity,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
