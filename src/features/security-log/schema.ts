import { daysKept } from "../../rules/retention.ts";
import { builder, computed } from "../kit/builder.ts";
import { pageRule } from "../kit/connection-types.ts";
import { ownList } from "../kit/own-list.ts";
import { describeDevice } from "../sessions/device.ts";
import { type EventKind, eventKinds, findEvent, listEvents } from "./service.ts";

const meanings: Record<EventKind, string> = {
  SIGNED_UP: "The account was made.",
  SIGNED_IN: "Somebody logged in with the password.",
  SIGN_IN_FAILED: "Somebody tried a wrong password.",
  SIGNED_OUT: "Somebody logged out.",
  SESSION_REVOKED: "Another session was ended, or all others.",
  REFRESH_REUSED: "A refresh token came a second time: somebody may have copied it. Its session ended.",
  PASSWORD_CHANGED: "The password was changed by who knew it.",
  PASSWORD_RESET_REQUESTED: "A code to set a new password was asked for.",
  PASSWORD_RESET: "A new password was set with a code.",
  EMAIL_CHANGE_REQUESTED: "Another e-mail address was given, which is yet to be verified.",
  EMAIL_CHANGED: "The e-mail address was changed.",
  EMAIL_VERIFIED: "The e-mail address was verified.",
  TOKEN_CREATED: "A personal token was made.",
  TOKEN_REVOKED: "A personal token was revoked.",
  EXPORTED: "All that the account holds was downloaded.",
  DISABLED: "The server's operator locked the account.",
  ENABLED: "The server's operator unlocked the account.",
};

const SecurityEventKind = builder.enumType("SecurityEventKind", {
  description: "What happened to an account.",
  values: Object.fromEntries(eventKinds.map((kind) => [kind, { description: meanings[kind] }])) as Record<
    EventKind,
    { description: string }
  >,
});

export const SecurityEvent = ownList("SecurityEvent", {
  description: `Something that the account's owner may want to know of, in case it was not them. Kept for ${daysKept.securityEvent} days.`,
  scope: "session",
  find: ({ db }, id) => findEvent(db, id),
  fields: (t) => ({
    kind: t.field({
      type: SecurityEventKind,
      description: "What happened.",
      resolve: ({ kind }) => kind as EventKind,
    }),
    at: t.field({ type: "DateTime", description: "When.", resolve: ({ createdAt }) => createdAt }),
    address: t.exposeString("address", {
      nullable: true,
      description: "The IP address that it came from; null where the server's operator did it.",
    }),
    device: t.string({
      nullable: true,
      extensions: computed,
      description: "Browser and system as the client names itself; null when it did not.",
      resolve: ({ userAgent }) => describeDevice(userAgent),
    }),
  }),
  list: {
    name: "securityEvents",
    description: `What happened to the viewer's account, newest first; ${pageRule} No personal token gets it.`,
    read: ({ db }, page) => listEvents(db, page),
    connection: "One page of the security log.",
    edge: "An entry's place in the security log.",
  },
});
