import { builder } from "../kit/builder.ts";
import type { Delivered } from "./delivery.ts";
import { User } from "./user-ref.ts";

export const AuthPayload = builder.objectRef<Delivered>("AuthPayload").implement({
  description: "A session's new credentials.",
  fields: (t) => ({
    accessToken: t.exposeString("accessToken", {
      description: "A JWT (HS256): send it as `Authorization: Bearer <token>`.",
    }),
    tokenType: t.string({ description: 'Always "bearer".', resolve: () => "bearer" }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When the access token ends; the session can be refreshed before and after.",
    }),
    refreshToken: t.exposeString("refreshToken", {
      nullable: true,
      description:
        "What `refresh` takes, once: keep it safe. Null unless it was asked for; then it is in a cookie instead, which no script can read.",
    }),
    sessionExpiresAt: t.expose("sessionExpiresAt", {
      type: "DateTime",
      description: "When the session ends unless it is refreshed before.",
    }),
    user: t.expose("user", { type: User, description: "Whose session it is." }),
  }),
});
