import { InvalidCodeError, NotAvailableError, ValidationError } from "../../errors.ts";
import { handedResetHours, mailedResetHours } from "../../rules/limits.ts";
import { guarded } from "../kit/builder.ts";
import { mutation } from "../kit/mutation.ts";

mutation("requestPasswordReset", {
  description: `Mails a code with which to set a new password, good for ${mailedResetHours === 1 ? "an hour" : `${mailedResetHours} hours`} and once. The answer is the same for addresses that nobody has an account with. A server that sends no mail says so; its operator can make a code then, good for ${handedResetHours} hours.`,
  extensions: { single: true },
  input: {
    description: "Whose password was forgotten.",
    argument: "Whose.",
    fields: (t) => ({
      email: t.string({ required: true, description: "The account's address, in any case." }),
    }),
  },
  errors: [ValidationError, NotAvailableError],
  run: async ({ services, caller }, input) => {
    await services.passwordReset.request(caller, input.email);
    return { requested: true as const };
  },
  payload: {
    description: "If there is an account with this address, a code is on its way there.",
    fields: (t) => ({
      requested: t.exposeBoolean("requested", {
        description: "Always true, whether there is such an account or not.",
      }),
    }),
  },
});

mutation("resetPassword", {
  description:
    "Sets a new password with a code, which is used up by it. All of the account's sessions and personal tokens end.",
  extensions: guarded,
  input: {
    description: "A new password in place of one that was forgotten.",
    argument: "Code and password.",
    fields: (t) => ({
      email: t.string({ required: true, description: "The account's address, in any case." }),
      code: t.string({
        required: true,
        description: "The code that was mailed or handed over; case, spaces and dashes don't count.",
      }),
      newPassword: t.string({ required: true, description: "By the same rules as at sign-up." }),
    }),
  },
  errors: [InvalidCodeError, ValidationError],
  run: async ({ services, caller }, input) => {
    await services.passwordReset.reset(caller, input);
    return { reset: true as const };
  },
  payload: {
    description: "The new password is set, and all sessions and personal tokens have ended.",
    fields: (t) => ({
      reset: t.exposeBoolean("reset", { description: "Always true: log in with the new password." }),
    }),
  },
});
