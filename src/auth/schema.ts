import { builder } from "../builder.ts";
import { EmailTakenError, InvalidCredentialsError, ValidationError } from "../errors.ts";
import { login, type SignedIn, signup } from "./service.ts";
import type { Account } from "./sessions.ts";

export const User = builder.objectRef<Account>("User");

builder.node(User, {
  description: "An account. Everybody sees their own alone.",
  id: { resolve: (user) => user.id, description: "Opaque and permanent." },
  loadOne: (id, { viewer }) => (viewer?.id === id ? viewer : null),
  fields: (t) => ({
    email: t.exposeString("email", { description: "The address to log in with, as its owner wrote it." }),
    name: t.exposeString("name", {
      nullable: true,
      description: "What to call its owner; null when they did not say.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the account was made." }),
  }),
});

const AuthPayload = builder.objectRef<SignedIn>("AuthPayload").implement({
  description: "A new session, and the credential for it.",
  fields: (t) => ({
    accessToken: t.exposeString("accessToken", {
      description: "A JWT (HS256): send it as `Authorization: Bearer <token>`.",
    }),
    tokenType: t.string({ description: 'Always "bearer".', resolve: () => "bearer" }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When the token and its session end.",
    }),
    user: t.expose("user", { type: User, description: "Whose session it is." }),
  }),
});

const SignupInput = builder.inputType("SignupInput", {
  description: "A new account.",
  fields: (t) => ({
    email: t.string({ required: true, description: "Trimmed and kept as written; compared without case." }),
    password: t.string({
      required: true,
      description:
        "At least 8 characters unless the server asks for more, at most 72 bytes in UTF-8, no common one. Spaces count.",
    }),
    name: t.string({ description: "What to call its owner, at most 200 characters; trimmed." }),
  }),
});

const LoginInput = builder.inputType("LoginInput", {
  description: "Who logs in.",
  fields: (t) => ({
    email: t.string({ required: true, description: "The account's address, in any case." }),
    password: t.string({
      required: true,
      description: "Its password, to the letter; é is the same composed and decomposed.",
    }),
  }),
});

builder.queryField("viewer", (t) =>
  t.field({
    type: User,
    nullable: true,
    description:
      "Who is asking: null without a credential. A credential that is not valid is refused with 401.",
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);

builder.mutationFields((t) => ({
  signup: t.field({
    type: AuthPayload,
    description: "Makes an account and logs it in.",
    errors: {
      types: [EmailTakenError, ValidationError],
      union: { name: "SignupResult", description: "What signup answers." },
    },
    args: { input: t.arg({ type: SignupInput, required: true, description: "The account." }) },
    resolve: (_root, { input }, { accounts }) => signup(accounts, input),
  }),
  login: t.field({
    type: AuthPayload,
    description: "Starts a session for the owner of an account.",
    errors: {
      types: [InvalidCredentialsError, ValidationError],
      union: { name: "LoginResult", description: "What login answers." },
    },
    args: { input: t.arg({ type: LoginInput, required: true, description: "Who." }) },
    resolve: (_root, { input }, { accounts }) => login(accounts, input),
  }),
}));
