import { Client, fetchExchange } from "urql";
import { createAuthExchange } from "./auth.ts";
import { createCacheExchange } from "./cache.ts";
import type { Session } from "./session.ts";
import { createTransport } from "./transport.ts";

/**
 * Makes the client of one identity. Each has a cache of its own that starts empty, so that a user can't meet anything
 * of the one before.
 * @param session null: nobody is signed in
 * @param over aborted when the identity ends
 */
export function createClient(session: Session | null, over: AbortSignal): Client {
  return new Client({
    url: "/graphql",
    preferGetMethod: false,
    fetch: createTransport(over),
    exchanges: [createCacheExchange(), createAuthExchange(session), fetchExchange],
  });
}
