import { NotFoundError } from "../../errors.ts";
import { encodeId } from "../../schema/ids.ts";
import { computed, varying } from "../kit/builder.ts";
import { pageRule } from "../kit/connection-types.ts";
import { mutation } from "../kit/mutation.ts";
import { ownList } from "../kit/own-list.ts";
import { describeDevice } from "./device.ts";
import { findSession, listSessions, revokeOthers, revokeSession } from "./service.ts";

export const Session = ownList("Session", {
  description: "A login that has not ended. Its owner alone sees it, and no personal token does.",
  scope: "session",
  find: ({ db, now }, id) => findSession(db, now(), id),
  fields: (t) => ({
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When somebody logged in." }),
    lastSeenAt: t.expose("lastSeenAt", {
      type: "DateTime",
      extensions: varying,
      description: "When it was used last, five minutes behind at most.",
    }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When it ends unless it is refreshed before.",
    }),
    device: t.string({
      nullable: true,
      extensions: computed,
      description: "Browser and system as the client names itself; null when it did not.",
      resolve: ({ userAgent }) => describeDevice(userAgent),
    }),
    address: t.exposeString("address", {
      nullable: true,
      description: "The IP address of the login or of the last refresh; null where none was noted.",
    }),
    isCurrent: t.boolean({
      extensions: varying,
      description: "Whether this request is part of it.",
      resolve: ({ id }, _args, { viewer }) => viewer?.sessionId === id,
    }),
  }),
  list: {
    name: "sessions",
    description: `The viewer's logins, newest first; ${pageRule} No personal token gets them.`,
    read: ({ db, now }, page) => listSessions(db, now(), page),
    connection: "One page of the list of logins.",
    edge: "A login's place in the list.",
  },
});

mutation("revokeSession", {
  description: "Ends one of the viewer's logins; its tokens are worth nothing from the next request on.",
  scope: "session",
  input: { description: "Which session to end.", argument: "Which one.", ids: { id: "Session" } },
  errors: [NotFoundError],
  run: async ({ db, caller, now }, { id }) => {
    await revokeSession(db, caller, now(), id);
    return { revokedSessionId: encodeId("Session", id) };
  },
  payload: {
    description: "The session has ended.",
    fields: (t) => ({
      revokedSessionId: t.exposeID("revokedSessionId", { description: "The id that was given." }),
    }),
  },
});

mutation("revokeOtherSessions", {
  description: "Ends all of the viewer's logins but this one.",
  scope: "session",
  run: async ({ db, caller, now, viewer }) => ({
    revokedCount: await revokeOthers(db, caller, now(), viewer.sessionId),
  }),
  payload: {
    description: "The other sessions have ended.",
    fields: (t) => ({ revokedCount: t.exposeInt("revokedCount", { description: "How many there were." }) }),
  },
});
