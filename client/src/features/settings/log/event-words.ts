import type { SecurityEventKind } from "../../../generated/graphql.ts";

/** What each entry of the security log says. */
export const eventWords: Record<SecurityEventKind, string> = {
  SIGNED_UP: "You made this account.",
  SIGNED_IN: "You signed in.",
  SIGN_IN_FAILED: "Somebody tried to sign in with a wrong password.",
  SIGNED_OUT: "You signed out.",
  SESSION_REVOKED: "A session was ended.",
  REFRESH_REUSED: "A session was used from two places, as if it had been copied. It was ended.",
  PASSWORD_CHANGED: "You changed your password.",
  PASSWORD_RESET_REQUESTED: "Somebody asked for a code to choose a new password.",
  PASSWORD_RESET: "A new password was set with a code.",
  EMAIL_CHANGE_REQUESTED: "You asked to change your e-mail address.",
  EMAIL_CHANGED: "Your e-mail address was changed.",
  EMAIL_VERIFIED: "You confirmed your e-mail address.",
  TOKEN_CREATED: "You made a personal token.",
  TOKEN_REVOKED: "You revoked a personal token.",
  EXPORTED: "Your data was downloaded.",
  DISABLED: "Whoever runs this server disabled your account.",
  ENABLED: "Whoever runs this server enabled your account again.",
};
