import { Client, fetchExchange } from "urql";
import { withBase } from "../browser/base-path.ts";
import { createCacheExchange } from "../graphql/cache.ts";
import { deliveryOf } from "../graphql/delivery.ts";
import { overtakingExchange } from "../graphql/overtaking.ts";
import { createAuthExchange } from "./auth.ts";
import { inCookieTurn } from "./cookie-turn.ts";
import { finishSigningOut, forgetSigningOut } from "./renewal.ts";
import { createTransport, sendBy } from "./transport.ts";

/** Signing in sets the cookie: what the server has yet to hear about the one before goes first. */
const signInExchange = sendBy((operation, send) => {
  if (!deliveryOf(operation).withCookie) return send;
  return (input, init) =>
    inCookieTurn(async () => {
      await finishSigningOut();
      const response = await send(input, init);
      forgetSigningOut();
      return response;
    });
});

/**
 * Makes the client of one identity. Each has a cache of its own that starts empty, so that a user can't meet anything
 * of the one before.
 * @param userId null: nobody is signed in
 * @param over aborted when the identity ends
 */
export function createClient(userId: string | null, over: AbortSignal): Client {
  return new Client({
    url: withBase("/graphql"),
    preferGetMethod: false,
    exchanges: [
      createCacheExchange(),
      overtakingExchange,
      createAuthExchange(userId),
      createTransport(over),
      signInExchange,
      fetchExchange,
    ],
  });
}
