import {
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  ValidationError,
} from "../../errors.ts";
import type { Account } from "../../identity/viewer.ts";
import { User } from "../accounts/user-ref.ts";
import { builder, guarded } from "../kit/builder.ts";
import type { EmailChange } from "./service.ts";

const ChangeEmailInput = builder.inputType("ChangeEmailInput", {
  description: "Another address for the viewer's account.",
  fields: (t) => ({
    email: t.string({ required: true, description: "Trimmed and kept as written; compared without case." }),
    password: t.string({ required: true, description: "The account's password." }),
  }),
});

const ChangeEmailPayload = builder.objectRef<EmailChange>("ChangeEmailPayload").implement({
  description: "The address has changed, or will when it is verified.",
  fields: (t) => ({
    user: t.expose("user", {
      type: User,
      description: "The account, with the address that is good for logging in now.",
    }),
    verificationSent: t.exposeBoolean("verificationSent", {
      description:
        "Whether a code was mailed to the new address: the account has it once verifyEmail gets that code. False where the server sends no mail: the account has it now.",
    }),
  }),
});

const VerifyEmailInput = builder.inputType("VerifyEmailInput", {
  description: "What was mailed to an address.",
  fields: (t) => ({
    code: t.string({ required: true, description: "The code; case, spaces and dashes don't count." }),
  }),
});

const VerifyEmailPayload = builder.objectRef<{ user: Account }>("VerifyEmailPayload").implement({
  description: "The address is the account's, and verified.",
  fields: (t) => ({ user: t.expose("user", { type: User, description: "The account as it is now." }) }),
});

const RequestEmailVerificationPayload = builder
  .objectRef<{ email: string }>("RequestEmailVerificationPayload")
  .implement({
    description: "A code is on its way; the one before has ended.",
    fields: (t) => ({
      email: t.exposeString("email", {
        description: "Where to: the address that the account is to get, or else the one that it has.",
      }),
    }),
  });

builder.mutationFields((t) => ({
  changeEmail: t.withAuth({ session: true }).field({
    type: ChangeEmailPayload,
    description:
      "Changes the address to log in with. Where the server sends mail, a code goes to the new address, good for 24 hours, and the change waits for it; the address from before is told. Whether somebody else has the new address is not: they get a mail instead of the code.",
    extensions: guarded,
    errors: {
      types: [EmailTakenError, InvalidCredentialsError, ValidationError],
      union: { name: "ChangeEmailResult", description: "What changeEmail answers." },
    },
    args: { input: t.arg({ type: ChangeEmailInput, required: true, description: "The change." }) },
    resolve: (_root, { input }, { services, ...asker }) => services.email.change(asker, input),
  }),
  verifyEmail: t.withAuth({ session: true }).field({
    type: VerifyEmailPayload,
    description:
      "Takes a code that was mailed at sign-up or for a change of address: the address that it went to is the account's, and verified.",
    extensions: { single: true },
    errors: {
      types: [InvalidCodeError, EmailTakenError],
      union: { name: "VerifyEmailResult", description: "What verifyEmail answers." },
    },
    args: { input: t.arg({ type: VerifyEmailInput, required: true, description: "The code." }) },
    resolve: async (_root, { input }, { services, ...asker }) => ({
      user: await services.email.verify(asker, input.code),
    }),
  }),
  requestEmailVerification: t.withAuth({ session: true }).field({
    type: RequestEmailVerificationPayload,
    description: "Mails a code to verify the address again, a few times an hour at most.",
    extensions: { single: true },
    errors: {
      types: [NotAvailableError],
      union: {
        name: "RequestEmailVerificationResult",
        description: "What requestEmailVerification answers.",
      },
    },
    resolve: async (_root, _args, { services, ...asker }) => ({
      email: await services.email.requestVerification(asker),
    }),
  }),
}));
