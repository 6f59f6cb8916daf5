import type { RefreshCookie } from "../../identity/refresh-cookie.ts";
import type { SignedIn } from "./session-issuer.ts";

/** Credentials as the caller gets them: the refresh token in the answer, or null where it is in the cookie. */
export type Delivered = Omit<SignedIn, "refreshToken"> & { readonly refreshToken: string | null };

/** Hands the refresh token over: in a cookie unless it was asked for. */
export function deliver(
  { refreshToken, ...session }: SignedIn,
  cookie: RefreshCookie,
  inAnswer: boolean | null | undefined,
): Delivered {
  if (inAnswer === true) return { ...session, refreshToken: refreshToken.text };
  cookie.set(refreshToken.text, session.sessionExpiresAt);
  return { ...session, refreshToken: null };
}
