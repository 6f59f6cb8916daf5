import {
  EmailTakenError,
  InvalidCodeError,
  InvalidCredentialsError,
  NotAvailableError,
  ValidationError,
} from "../../errors.ts";
import { maxPasswordBytes, maxUserNameLength, minPasswordLength } from "../../rules/limits.ts";
import { builder, guarded, varying } from "../kit/builder.ts";
import { mutation } from "../kit/mutation.ts";
import { AuthPayload } from "./auth-payload-ref.ts";
import { deliver } from "./delivery.ts";
import { User } from "./user-ref.ts";

const returnRule =
  "Whether the refresh token comes in the answer, for clients without cookies, rather than in one.";

builder.queryField("viewer", (t) =>
  t.field({
    type: User,
    nullable: true,
    description:
      "Who is asking: null without a credential. A credential that is not valid is refused with 401.",
    extensions: { scope: "account:read" },
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);

const signupPolicies = { open: "OPEN", closed: "CLOSED", invite: "INVITE" } as const;

const SignupPolicy = builder.enumType("SignupPolicy", {
  description: "Who may make an account.",
  values: {
    OPEN: { description: "Anybody." },
    CLOSED: { description: "Nobody." },
    INVITE: { description: "Who has an invitation." },
  } as const,
});

const Server = builder
  .objectRef<{ signup: keyof typeof signupPolicies; passwordMinLength: number; sendsMail: boolean }>("Server")
  .implement({
    description: "What a client has to know of this server before anybody is signed in.",
    fields: (t) => ({
      signup: t.field({
        type: SignupPolicy,
        description: "Who may make an account.",
        resolve: ({ signup: policy }) => signupPolicies[policy],
      }),
      passwordMinLength: t.exposeInt("passwordMinLength", {
        description: "The shortest new password, in characters (code points).",
      }),
      sendsMail: t.exposeBoolean("sendsMail", {
        description: "Whether it sends mail: to reset a forgotten password, and to verify addresses.",
      }),
    }),
  });

builder.queryField("server", (t) =>
  t.field({
    type: Server,
    description: "How this server was set up. Needs no credential.",
    extensions: varying,
    resolve: (_root, _args, { services }) => services.accounts.offer,
  }),
);

mutation("signup", {
  description: "Makes an account and logs it in.",
  extensions: guarded,
  input: {
    description: "A new account.",
    argument: "The account.",
    fields: (t) => ({
      email: t.string({ required: true, description: "Trimmed and kept as written; compared without case." }),
      password: t.string({
        required: true,
        description: `At least ${minPasswordLength} characters unless the server asks for more, at most ${maxPasswordBytes} bytes in UTF-8, no common one. Spaces count.`,
      }),
      name: t.string({
        description: `What to call its owner, at most ${maxUserNameLength} characters; trimmed.`,
      }),
      inviteCode: t.string({ description: "An invitation, where the server asks for one." }),
      returnRefreshToken: t.boolean({ description: returnRule }),
    }),
  },
  errors: [EmailTakenError, ValidationError, NotAvailableError, InvalidCodeError],
  run: async ({ services, caller, cookie }, input) =>
    deliver(await services.accounts.signup(caller, input), cookie, input.returnRefreshToken),
  payload: AuthPayload,
});

mutation("login", {
  description: "Starts a session for the owner of an account.",
  extensions: guarded,
  input: {
    description: "Who logs in.",
    argument: "Who.",
    fields: (t) => ({
      email: t.string({ required: true, description: "The account's address, in any case." }),
      password: t.string({
        required: true,
        description: "Its password, to the letter; é is the same composed and decomposed.",
      }),
      returnRefreshToken: t.boolean({ description: returnRule }),
    }),
  },
  errors: [InvalidCredentialsError, ValidationError],
  run: async ({ services, caller, cookie }, input) =>
    deliver(await services.accounts.login(caller, input), cookie, input.returnRefreshToken),
  payload: AuthPayload,
});
