import type { Account } from "../../identity/viewer.ts";
import { builder } from "../kit/builder.ts";

export const User = builder.objectRef<Account>("User");

builder.node(User, {
  description: "An account. Everybody sees their own alone.",
  extensions: { scope: "account:read" },
  id: { resolve: (user) => user.id, description: "Opaque and permanent." },
  loadOne: (id, { viewer }) => (viewer?.id === id ? viewer : null),
  fields: (t) => ({
    email: t.exposeString("email", { description: "The address to log in with, as its owner wrote it." }),
    name: t.exposeString("name", {
      nullable: true,
      description: "What to call its owner; null when they did not say.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the account was made." }),
    emailVerified: t.exposeBoolean("emailVerified", {
      description: "Whether its owner has shown that mail to the address reaches them.",
    }),
  }),
});
