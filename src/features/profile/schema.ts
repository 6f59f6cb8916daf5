import { InvalidCredentialsError, ValidationError } from "../../errors.ts";
import { maxPasswordBytes, maxUserNameLength, minPasswordLength } from "../../rules/limits.ts";
import { encodeId } from "../../schema/ids.ts";
import { User } from "../accounts/user-ref.ts";
import { guarded } from "../kit/builder.ts";
import { mutation } from "../kit/mutation.ts";
import { updateProfile } from "./service.ts";

mutation("updateProfile", {
  description: "Changes what the viewer's account says of its owner.",
  scope: "session",
  input: {
    description: "What to change of the profile; what is left out stays.",
    argument: "What to change.",
    fields: (t) => ({
      name: t.string({
        description: `What to call the account's owner, at most ${maxUserNameLength} characters; trimmed. Null or blank takes it away.`,
      }),
    }),
  },
  errors: [ValidationError],
  run: async ({ db }, input) => ({ user: await updateProfile(db, input) }),
  payload: {
    description: "The profile as it is now.",
    fields: (t) => ({ user: t.expose("user", { type: User, description: "The viewer's account." }) }),
  },
});

mutation("changePassword", {
  description:
    "Sets another password and ends all other sessions, from the next request on. Personal tokens stay: revoke those that somebody else may have.",
  scope: "session",
  extensions: guarded,
  input: {
    description: "Another password for the account.",
    argument: "The passwords.",
    fields: (t) => ({
      currentPassword: t.string({ required: true, description: "The one that it has." }),
      newPassword: t.string({
        required: true,
        description: `The one that it is to have: at least ${minPasswordLength} characters unless the server asks for more, at most ${maxPasswordBytes} bytes in UTF-8, no common one, not the address. Spaces count.`,
      }),
    }),
  },
  errors: [InvalidCredentialsError, ValidationError],
  run: async ({ services, ...asker }, input) => ({
    user: asker.viewer,
    revokedSessionCount: await services.profile.changePassword(asker, input),
  }),
  payload: {
    description: "The new password counts from now on.",
    fields: (t) => ({
      user: t.expose("user", { type: User, description: "The viewer's account." }),
      revokedSessionCount: t.exposeInt("revokedSessionCount", {
        description: "How many other sessions were ended.",
      }),
    }),
  },
});

mutation("deleteAccount", {
  description:
    "Deletes the viewer's account with all that it holds, at once and for good; no token of it works from the next request on. With very many tasks it takes some seconds.",
  scope: "session",
  extensions: guarded,
  input: {
    description: "The consent to delete the viewer's account.",
    argument: "The consent.",
    fields: (t) => ({ password: t.string({ required: true, description: "The account's password." }) }),
  },
  errors: [InvalidCredentialsError, ValidationError],
  run: async ({ services, ...asker }, input) => {
    await services.profile.deleteAccount(asker, input);
    asker.cookie.clear();
    return { deletedUserId: encodeId("User", asker.viewer.id) };
  },
  payload: {
    description: "The account is gone.",
    fields: (t) => ({
      deletedUserId: t.exposeID("deletedUserId", { description: "The id that it had; nothing has it now." }),
    }),
  },
});
