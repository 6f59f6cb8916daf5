import { type AuthConfig, type AuthUtilities, authExchange } from "@urql/exchange-auth";
import type { CombinedError } from "urql";
import { endSession, type Session } from "./session.ts";

function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED");
}

/**
 * Sends the session's token with every operation, and ends the session as soon as the server refuses it or it expires.
 * @param session null: nobody is signed in, and operations go without a token
 */
export function createAuthExchange(session: Session | null) {
  return authExchange(
    async ({ appendHeaders }: AuthUtilities): Promise<AuthConfig> => ({
      addAuthToOperation: (operation) =>
        session ? appendHeaders(operation, { Authorization: `Bearer ${session.accessToken}` }) : operation,
      willAuthError: () => session !== null && Date.parse(session.expiresAt) <= Date.now(),
      didAuthError: (error) => session !== null && isUnauthenticated(error),
      refreshAuth: async () => {
        if (session) endSession(session.accessToken, "refused");
        // Throwing keeps the exchange from sending the operation again.
        throw new Error("The session has ended.");
      },
    }),
  );
}
