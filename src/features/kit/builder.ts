import SchemaBuilder from "@pothos/core";
import ErrorsPlugin from "@pothos/plugin-errors";
import PrismaPlugin from "@pothos/plugin-prisma";
import RelayPlugin from "@pothos/plugin-relay";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import { notSignedIn } from "../../errors.ts";
import type PrismaTypes from "../../generated/pothos/types.ts";
import { getDatamodel } from "../../generated/pothos/types.ts";
import { encodeId } from "../../schema/ids.ts";
import type { Context, SignedInContext } from "./context.ts";
import "./scope-plugin.ts";

/** Where the schema is put together: features add their part, this file only configures. */
export const builder = new SchemaBuilder<{
  Context: Context;
  AuthContexts: { signedIn: SignedInContext };
  /** With any credential; what it takes of a personal token a field says in its extensions, as `scope`. */
  AuthScopes: { signedIn: boolean };
  PrismaTypes: PrismaTypes;
  Scalars: {
    Date: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    LocalTime: { Input: string; Output: string };
    ID: { Input: string; Output: string };
  };
  DefaultFieldNullability: false;
}>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, "neededScope", PrismaPlugin, RelayPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true },
  scopeAuth: {
    // What a personal token may do has been looked at by now, for the whole operation: see identity/scopes.ts.
    authScopes: ({ viewer }) => ({ signedIn: viewer !== null }),
    treatErrorsAsUnauthorized: false,
    unauthorizedError: notSignedIn,
  },
  prisma: {
    // The plugin types its client as Prisma's whole own; the viewer's offers the part that may be used.
    client: (context) => context.db as never,
    dmmf: getDatamodel(),
    onUnusedQuery: null,
  },
  relay: {
    encodeGlobalID: (type, id) => encodeId(type, String(id)),
    firstArgOptions: { description: "How many entries from the start, or from `after`." },
    afterArgOptions: { description: "Only entries behind the one with this cursor." },
    lastArgOptions: { description: "How many entries from the end, or from `before`." },
    beforeArgOptions: { description: "Only entries in front of the one with this cursor." },
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: { description: "Anything with a permanent id, which `node` finds again." },
    idFieldOptions: { description: "Opaque and permanent; unique among all types." },
  },
});

/**
 * What a field has in its extensions when its value depends on anything but its arguments and the viewer's own rows:
 * the session, chance, somebody else's rows, what is written down as no change. That it depends on the clock is noticed
 * when it asks its context for the time.
 */
export const varying = { varies: true };

/**
 * What a mutation has in its extensions that hashes a password, or lets in whoever guesses right: it costs more than
 * others, and is alone in its operation, since several tries in one would count as one.
 */
export const guarded = { cost: 100, single: true };

/** Bytes that one character takes at most in an answer: JSON writes a control character as `\u0001`. */
const maxCharacterSize = 6;

/**
 * What a text has in its extensions that can be long: it costs a point for every 40,000 bytes that it can come to, and
 * its length is counted while an answer is made.
 * @param maxLength in code points
 */
export const longText = (maxLength: number) => ({
  cost: Math.ceil((maxLength * maxCharacterSize) / 40_000),
  long: true,
});

/** What a field has in its extensions that takes some hundredth of a millisecond to work out. */
export const computed = { cost: 1 };

/**
 * What a field of Query or Mutation has in its extensions that takes nothing of the viewer but the rows: its statements go
 * along with the look-up of the session that they are for.
 */
export const early = { early: true };

/** What a list has in its extensions: it takes a statement of its own, or more. */
export const listed = { cost: 10 };

export type Types = (typeof builder)["$inferSchemaTypes"];

/** Whatever `node` finds is the row of a model, and called like it. */
export type NodeType = keyof PrismaTypes;

builder.queryType({ description: "What can be read. Everything but `viewer` needs an access token." });
builder.mutationType({
  description: "What can be changed. Each answers a union: what was done, or the reason why nothing was.",
});
