import { type AuthConfig, type AuthUtilities, authExchange } from "@urql/exchange-auth";
import type { CombinedError, Operation } from "urql";
import { renew } from "./renewal.ts";
import { type Grant, getGrant, getUser, isTokenDue } from "./session.ts";

function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED");
}

/** The token that an operation was sent with. */
function tokenOf({ context: { fetchOptions } }: Operation): string | null {
  const { headers } = typeof fetchOptions === "object" ? fetchOptions : {};
  return new Headers(headers).get("Authorization")?.replace("Bearer ", "") ?? null;
}

/**
 * Sends the user's access token with every operation. One that is missing, expired or refused is renewed first, and
 * the operation sent again.
 *
 * @param userId null: nobody is signed in, and operations go without a token
 */
export function createAuthExchange(userId: string | null) {
  // What was changed right before signing out still goes to the server as its author's.
  let last: Grant | null = null;
  let refused: string | null = null;
  const currentGrant = () => {
    const grant = getGrant();
    if (grant?.userId === userId) last = grant;
    return last;
  };
  return authExchange(
    async ({ appendHeaders }: AuthUtilities): Promise<AuthConfig> => ({
      addAuthToOperation: (operation) => {
        const grant = currentGrant();
        return grant ? appendHeaders(operation, { Authorization: `Bearer ${grant.accessToken}` }) : operation;
      },
      willAuthError: () => userId !== null && getUser() === userId && isTokenDue(),
      didAuthError: (error, operation) => {
        if (userId === null || !isUnauthenticated(error)) return false;
        refused = tokenOf(operation);
        return true;
      },
      refreshAuth: async () => {
        if (userId === null) return;
        await renew(userId, refused).catch((error: unknown) => {
          if (getUser() === userId) throw error;
          // The session is over, and whoever waits belongs to it: they hear nothing more.
          return new Promise<never>(() => {});
        });
      },
    }),
  );
}
