import { InvalidCredentialsError, ValidationError } from "../../errors.ts";
import type { Account } from "../../identity/viewer.ts";
import { encodeId } from "../../schema/ids.ts";
import { User } from "../accounts/user-ref.ts";
import { builder, guarded } from "../kit/builder.ts";
import { updateProfile } from "./service.ts";

const UpdateProfileInput = builder.inputType("UpdateProfileInput", {
  description: "What to change of the profile; what is left out stays.",
  fields: (t) => ({
    name: t.string({
      description:
        "What to call the account's owner, at most 200 characters; trimmed. Null or blank takes it away.",
    }),
  }),
});

const UpdateProfilePayload = builder.objectRef<{ user: Account }>("UpdateProfilePayload").implement({
  description: "The profile as it is now.",
  fields: (t) => ({ user: t.expose("user", { type: User, description: "The viewer's account." }) }),
});

const ChangePasswordInput = builder.inputType("ChangePasswordInput", {
  description: "Another password for the account.",
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: "The one that it has." }),
    newPassword: t.string({
      required: true,
      description:
        "The one that it is to have: at least 8 characters unless the server asks for more, at most 72 bytes in UTF-8, no common one, not the address. Spaces count.",
    }),
  }),
});

const ChangePasswordPayload = builder
  .objectRef<{ user: Account; revokedSessionCount: number }>("ChangePasswordPayload")
  .implement({
    description: "The new password counts from now on.",
    fields: (t) => ({
      user: t.expose("user", { type: User, description: "The viewer's account." }),
      revokedSessionCount: t.exposeInt("revokedSessionCount", {
        description: "How many other sessions were ended.",
      }),
    }),
  });

const DeleteAccountInput = builder.inputType("DeleteAccountInput", {
  description: "The consent to delete the viewer's account.",
  fields: (t) => ({ password: t.string({ required: true, description: "The account's password." }) }),
});

const DeleteAccountPayload = builder.objectRef<{ deletedUserId: string }>("DeleteAccountPayload").implement({
  description: "The account is gone.",
  fields: (t) => ({
    deletedUserId: t.exposeID("deletedUserId", { description: "The id that it had; nothing has it now." }),
  }),
});

builder.mutationFields((t) => ({
  updateProfile: t.withAuth({ session: true }).field({
    type: UpdateProfilePayload,
    description: "Changes what the viewer's account says of its owner.",
    errors: {
      types: [ValidationError],
      union: { name: "UpdateProfileResult", description: "What updateProfile answers." },
    },
    args: { input: t.arg({ type: UpdateProfileInput, required: true, description: "What to change." }) },
    resolve: async (_root, { input }, { db }) => ({ user: await updateProfile(db, input) }),
  }),
  changePassword: t.withAuth({ session: true }).field({
    type: ChangePasswordPayload,
    description:
      "Sets another password and ends all other sessions, from the next request on. Personal tokens stay: revoke those that somebody else may have.",
    extensions: guarded,
    errors: {
      types: [InvalidCredentialsError, ValidationError],
      union: { name: "ChangePasswordResult", description: "What changePassword answers." },
    },
    args: { input: t.arg({ type: ChangePasswordInput, required: true, description: "The passwords." }) },
    resolve: async (_root, { input }, { services, ...asker }) => ({
      user: asker.viewer,
      revokedSessionCount: await services.profile.changePassword(asker, input),
    }),
  }),
  deleteAccount: t.withAuth({ session: true }).field({
    type: DeleteAccountPayload,
    description:
      "Deletes the viewer's account with all that it holds, at once and for good; no token of it works from the next request on. With very many tasks it takes some seconds.",
    extensions: guarded,
    errors: {
      types: [InvalidCredentialsError, ValidationError],
      union: { name: "DeleteAccountResult", description: "What deleteAccount answers." },
    },
    args: { input: t.arg({ type: DeleteAccountInput, required: true, description: "The consent." }) },
    resolve: async (_root, { input }, { services, cookie, ...asker }) => {
      await services.profile.deleteAccount(asker, input);
      cookie.clear();
      return { deletedUserId: encodeId("User", asker.viewer.id) };
    },
  }),
}));
