import { NotFoundError, ValidationError } from "../../errors.ts";
import type { Scope as ScopeName } from "../../identity/scopes.ts";
import { maxPersonalTokens, maxTokenDays, maxTokenNameLength } from "../../rules/limits.ts";
import { daysKept } from "../../rules/retention.ts";
import { encodeId } from "../../schema/ids.ts";
import { builder, varying } from "../kit/builder.ts";
import { pageRule } from "../kit/connection-types.ts";
import { mutation } from "../kit/mutation.ts";
import { ownList } from "../kit/own-list.ts";
import { createToken, findToken, listTokens, revokeToken } from "./service.ts";

const Scope = builder.enumType("Scope", {
  description: "What a personal token may do.",
  values: {
    TASKS_READ: { value: "tasks:read", description: "Read tasks (`tasks:read`)." },
    TASKS_ADD: {
      value: "tasks:add",
      description: "Add tasks, without reading or changing any (`tasks:add`).",
    },
    TASKS_WRITE: {
      value: "tasks:write",
      description: "Add, change, delete and restore tasks (`tasks:write`).",
    },
    ACCOUNT_READ: {
      value: "account:read",
      description: "Read the account's name and address (`account:read`).",
    },
  } as const,
});

export const PersonalToken = ownList("PersonalToken", {
  description:
    "A key for scripts, which does less than its owner. The key itself is shown once and not kept.",
  scope: "session",
  find: ({ db }, id) => findToken(db, id),
  fields: (t) => ({
    name: t.exposeString("name", { description: "What its owner calls it." }),
    scopes: t.field({
      type: [Scope],
      description: "What it may do.",
      resolve: ({ scopes }) => scopes as ScopeName[],
    }),
    hint: t.exposeString("hint", { description: "The key's last four characters, to know it by." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: `When it ends. It is listed for ${daysKept.expiredToken} days more.`,
    }),
    lastUsedAt: t.expose("lastSeenAt", {
      type: "DateTime",
      nullable: true,
      extensions: varying,
      description: "When it was used last, five minutes behind at most; null when it never was.",
    }),
  }),
  list: {
    name: "personalTokens",
    description: `The viewer's keys for scripts, newest first; ${pageRule} No personal token gets them.`,
    read: ({ db }, page) => listTokens(db, page),
    connection: "One page of the list of keys for scripts.",
    edge: "A key's place in the list.",
  },
});

mutation("createPersonalToken", {
  description: `Makes a key for scripts; ${maxPersonalTokens} at most. It works in the same Authorization header, and never manages keys, sessions, passwords or the account.`,
  scope: "session",
  input: {
    description: "A new key for scripts.",
    argument: "The key.",
    fields: (t) => ({
      name: t.string({
        required: true,
        description: `1 to ${maxTokenNameLength} characters after trimming.`,
      }),
      scopes: t.field({
        type: [Scope],
        required: true,
        description: "What it may do: one of them at least.",
      }),
      expiresAt: t.field({
        type: "DateTime",
        required: true,
        description: `When it ends: in the future, ${maxTokenDays} days from now at the latest.`,
      }),
    }),
  },
  errors: [ValidationError],
  run: async ({ db, caller, now }, input) => {
    await caller.limits.attempt("personal-tokens-by-user", db.viewerId);
    return createToken(db, caller, now(), input);
  },
  payload: {
    description: "The new key.",
    fields: (t) => ({
      secret: t.exposeString("secret", {
        description: "The key: send it as `Authorization: Bearer <key>`. It is never shown again.",
      }),
      personalToken: t.expose("personalToken", { type: PersonalToken, description: "What is kept of it." }),
    }),
  },
});

mutation("revokePersonalToken", {
  description: "Ends a key for scripts, from the next request on.",
  scope: "session",
  input: { description: "Which key to end.", argument: "Which one.", ids: { id: "PersonalToken" } },
  errors: [NotFoundError],
  run: async ({ db, caller, now }, { id }) => {
    await revokeToken(db, caller, now(), id);
    return { revokedTokenId: encodeId("PersonalToken", id) };
  },
  payload: {
    description: "The key has ended.",
    fields: (t) => ({
      revokedTokenId: t.exposeID("revokedTokenId", { description: "The id that was given." }),
    }),
  },
});
