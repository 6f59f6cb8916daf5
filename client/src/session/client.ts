import { Client, fetchExchange } from "urql";
import { withBase } from "../browser/base-path.ts";
import { createCacheExchange } from "../graphql/cache.ts";
import { overtakingExchange } from "../graphql/overtaking.ts";
import { createAuthExchange } from "./auth.ts";
import { inCookieTurn } from "./cookie-turn.ts";
import { finishSigningOut, forgetSigningOut } from "./renewal.ts";
import { createTransport } from "./transport.ts";

/**
 * Makes the client of one identity. Each has a cache of its own that starts empty, so that a user can't meet anything
 * of the one before.
 * @param userId null: nobody is signed in
 * @param over aborted when the identity ends
 */
export function createClient(userId: string | null, over: AbortSignal): Client {
  const send = createTransport(over);
  /** Signing in sets the cookie: what the server has yet to hear about the one before goes first. */
  const signIn: typeof fetch = (input, init) =>
    inCookieTurn(async () => {
      await finishSigningOut();
      const response = await send(input, init);
      forgetSigningOut();
      return response;
    });
  return new Client({
    url: withBase("/graphql"),
    preferGetMethod: false,
    fetch: (input, init) => (init?.credentials === "same-origin" ? signIn : send)(input, init),
    fetchOptions: { credentials: "omit" },
    exchanges: [createCacheExchange(), overtakingExchange, createAuthExchange(userId), fetchExchange],
  });
}
