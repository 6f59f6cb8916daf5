import { InvalidCodeError, NotAvailableError, ValidationError } from "../../errors.ts";
import { builder, guarded } from "../kit/builder.ts";
import { handedHours, mailedHours } from "./service.ts";

const RequestPasswordResetInput = builder.inputType("RequestPasswordResetInput", {
  description: "Whose password was forgotten.",
  fields: (t) => ({
    email: t.string({ required: true, description: "The account's address, in any case." }),
  }),
});

const RequestPasswordResetPayload = builder
  .objectRef<{ requested: true }>("RequestPasswordResetPayload")
  .implement({
    description: "If there is an account with this address, a code is on its way there.",
    fields: (t) => ({
      requested: t.exposeBoolean("requested", {
        description: "Always true, whether there is such an account or not.",
      }),
    }),
  });

const ResetPasswordInput = builder.inputType("ResetPasswordInput", {
  description: "A new password in place of one that was forgotten.",
  fields: (t) => ({
    email: t.string({ required: true, description: "The account's address, in any case." }),
    code: t.string({
      required: true,
      description: "The code that was mailed or handed over; case, spaces and dashes don't count.",
    }),
    newPassword: t.string({ required: true, description: "By the same rules as at sign-up." }),
  }),
});

const ResetPasswordPayload = builder.objectRef<{ reset: true }>("ResetPasswordPayload").implement({
  description: "The new password is set, and all sessions and personal tokens have ended.",
  fields: (t) => ({
    reset: t.exposeBoolean("reset", { description: "Always true: log in with the new password." }),
  }),
});

builder.mutationFields((t) => ({
  requestPasswordReset: t.field({
    type: RequestPasswordResetPayload,
    description: `Mails a code with which to set a new password, good for ${mailedHours === 1 ? "an hour" : `${mailedHours} hours`} and once. The answer is the same for addresses that nobody has an account with. A server that sends no mail says so; its operator can make a code then, good for ${handedHours} hours.`,
    extensions: { single: true },
    errors: {
      types: [ValidationError, NotAvailableError],
      union: { name: "RequestPasswordResetResult", description: "What requestPasswordReset answers." },
    },
    args: { input: t.arg({ type: RequestPasswordResetInput, required: true, description: "Whose." }) },
    resolve: async (_root, { input }, { services, caller }) => {
      await services.passwordReset.request(caller, input.email);
      return { requested: true as const };
    },
  }),
  resetPassword: t.field({
    type: ResetPasswordPayload,
    description:
      "Sets a new password with a code, which is used up by it. All of the account's sessions and personal tokens end.",
    extensions: guarded,
    errors: {
      types: [InvalidCodeError, ValidationError],
      union: { name: "ResetPasswordResult", description: "What resetPassword answers." },
    },
    args: { input: t.arg({ type: ResetPasswordInput, required: true, description: "Code and password." }) },
    resolve: async (_root, { input }, { services, caller }) => {
      await services.passwordReset.reset(caller, input);
      return { reset: true as const };
    },
  }),
}));
