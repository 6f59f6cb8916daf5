import { Refusal, twoCredentials } from "../../errors.ts";
import { refreshGraceSeconds } from "../../rules/limits.ts";
import { AuthPayload } from "../accounts/auth-payload-ref.ts";
import { deliver } from "../accounts/delivery.ts";
import { builder, guarded } from "../kit/builder.ts";
import type { Context } from "../kit/context.ts";

const tokenRule = "The refresh token, for clients without cookies; left out, the cookie's.";

const RefreshInput = builder.inputType("RefreshInput", {
  description: "Which session to go on with.",
  fields: (t) => ({ refreshToken: t.string({ description: tokenRule }) }),
});

const LogoutInput = builder.inputType("LogoutInput", {
  description: "Which session to end, where no access token says so.",
  fields: (t) => ({ refreshToken: t.string({ description: tokenRule }) }),
});

const LogoutPayload = builder.objectRef<{ signedOut: true }>("LogoutPayload").implement({
  description: "The session has ended, or had before.",
  fields: (t) => ({
    signedOut: t.exposeBoolean("signedOut", { description: "Always true: no token of the session works." }),
  }),
});

/**
 * @returns the refresh token that was sent, and whether it came in the input
 * @throws Refusal BAD_REQUEST for two that differ, CSRF
 */
function readToken({ cookie }: Context, given: string | null | undefined) {
  if (given === null || given === undefined) return { text: cookie.read(), isGiven: false };
  const other = cookie.peek();
  if (other !== null && other !== given) throw twoCredentials();
  return { text: given, isGiven: true };
}

builder.mutationFields((t) => ({
  refresh: t.field({
    type: AuthPayload,
    description: `Goes on with a session: answers a new access token, and a new refresh token in place of the one that was sent, the way that one came. The same token gets the same successor within ${refreshGraceSeconds} seconds, and for as long as neither that nor its access token is used; else it is refused as REFRESH_REUSED and its session ends, since two people seem to have it. Refusals are errors with HTTP 401.`,
    extensions: guarded,
    args: { input: t.arg({ type: RefreshInput, description: "The refresh token; left out, the cookie's." }) },
    resolve: async (_root, { input }, context) => {
      const { services, caller, cookie } = context;
      const { text, isGiven } = readToken(context, input?.refreshToken);
      try {
        return deliver(await services.sessions.refresh(caller, text), cookie, isGiven);
      } catch (error) {
        // What can't be used is not worth sending again.
        const isOver = error instanceof Refusal && ["UNAUTHENTICATED", "REFRESH_REUSED"].includes(error.code);
        if (isOver && !isGiven) cookie.clear();
        throw error;
      }
    },
  }),
  logout: t.field({
    type: LogoutPayload,
    description:
      "Ends the session of the access token, or of the refresh token where there is none, and takes the cookie back. Its tokens are worth nothing from the next request on.",
    extensions: { single: true, scope: "session" },
    args: { input: t.arg({ type: LogoutInput, description: "The refresh token; left out, the cookie's." }) },
    resolve: async (_root, { input }, context) => {
      const { services, caller, cookie, viewer } = context;
      if (viewer?.sessionId) {
        const { id: userId, sessionId } = viewer;
        await services.sessions.endSession(caller, { userId, sessionId });
      } else {
        await services.sessions.endSessionOf(caller, readToken(context, input?.refreshToken).text);
      }
      cookie.clear();
      return { signedOut: true as const };
    },
  }),
}));
