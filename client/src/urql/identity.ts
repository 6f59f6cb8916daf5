import type { Client } from "urql";
import { keepNoKeys } from "../ui/stable-key.ts";
import { createClient } from "./client.ts";
import { getSession, onSessionChange, type Session } from "./session.ts";

/** Who uses this page, with a client and a cache of their own. */
export type Identity = {
  /** Another one each time: the key of everything on the page that belongs to this identity. */
  key: number;
  session: Session | null;
  client: Client;
};

export type IdentityStore = { get: () => Identity; subscribe: (listener: () => void) => () => void };

/**
 * Follows the session. When it changes, in this tab or another, the old client's requests are dropped and the next
 * identity starts with an empty cache.
 *
 * @param onChange called with each new identity before anybody else hears of it
 */
export function createIdentityStore(onChange: (identity: Identity) => void): IdentityStore {
  const listeners = new Set<() => void>();
  let key = 0;
  let over = new AbortController();
  let identity = start();

  function start(): Identity {
    const session = getSession();
    key += 1;
    return { key, session, client: createClient(session, over.signal) };
  }

  onSessionChange(() => {
    if (getSession()?.accessToken === identity.session?.accessToken) return;
    over.abort();
    keepNoKeys();
    over = new AbortController();
    identity = start();
    onChange(identity);
    for (const listener of listeners) listener();
  });

  return {
    get: () => identity,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
