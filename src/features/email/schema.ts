import {
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  ValidationError,
} from "../../errors.ts";
import { verificationHours } from "../../rules/limits.ts";
import { User } from "../accounts/user-ref.ts";
import { guarded } from "../kit/builder.ts";
import { mutation } from "../kit/mutation.ts";

mutation("changeEmail", {
  description: `Changes the address to log in with. Where the server sends mail, a code goes to the new address, good for ${verificationHours} hours, and the change waits for it; the address from before is told. Whether somebody else has the new address is not: they get a mail instead of the code.`,
  scope: "session",
  extensions: guarded,
  input: {
    description: "Another address for the viewer's account.",
    argument: "The change.",
    fields: (t) => ({
      email: t.string({ required: true, description: "Trimmed and kept as written; compared without case." }),
      password: t.string({ required: true, description: "The account's password." }),
    }),
  },
  errors: [EmailTakenError, InvalidCredentialsError, ValidationError],
  run: ({ services, ...asker }, input) => services.email.change(asker, input),
  payload: {
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
  },
});

mutation("verifyEmail", {
  description:
    "Takes a code that was mailed at sign-up or for a change of address: the address that it went to is the account's, and verified.",
  scope: "session",
  extensions: { single: true },
  input: {
    description: "What was mailed to an address.",
    argument: "The code.",
    fields: (t) => ({
      code: t.string({ required: true, description: "The code; case, spaces and dashes don't count." }),
    }),
  },
  errors: [InvalidCodeError, EmailTakenError],
  run: async ({ services, ...asker }, input) => ({
    user: await services.email.verify(asker, input.code),
  }),
  payload: {
    description: "The address is the account's, and verified.",
    fields: (t) => ({ user: t.expose("user", { type: User, description: "The account as it is now." }) }),
  },
});

mutation("requestEmailVerification", {
  description: "Mails a code to verify the address again, a few times an hour at most.",
  scope: "session",
  extensions: { single: true },
  errors: [NotAvailableError],
  run: async ({ services, ...asker }) => ({
    email: await services.email.requestVerification(asker),
  }),
  payload: {
    description: "A code is on its way; the one before has ended.",
    fields: (t) => ({
      email: t.exposeString("email", {
        description: "Where to: the address that the account is to get, or else the one that it has.",
      }),
    }),
  },
});
