import type { Scope } from "../../../generated/graphql.ts";

/** A token that was made just now, with the secret that is shown this once. */
export type Created = { secret: string; name: string; scopes: Scope[] };
