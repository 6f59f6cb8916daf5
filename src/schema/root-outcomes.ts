import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from "graphql";

type Outcome = { readonly value: unknown } | { readonly error: unknown };
type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * What the resolvers of an operation's root fields answered or threw, by response key: promises as such, so that what
 * comes of it comes in the same order. An operation that is executed with it as
 * its root value takes these, and resolves the fields that are left: nothing is done twice.
 */
export class RootOutcomes {
  readonly #outcomes = new Map<string | number, Outcome>();

  add(key: string, outcome: Outcome): void {
    this.#outcomes.set(key, outcome);
  }

  find(key: string | number): Outcome | undefined {
    return this.#outcomes.get(key);
  }
}

function takingOutcomes(resolve: Resolver): Resolver {
  return (root, args, context, info) => {
    if (!(root instanceof RootOutcomes)) return resolve(root, args, context, info);
    const outcome = root.find(info.path.key);
    if (outcome === undefined) return resolve(undefined, args, context, info);
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  };
}

/** Has the fields of Query and Mutation take outcomes that there are already, see {@link RootOutcomes}. */
export function takeOutcomes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = takingOutcomes(field.resolve ?? defaultFieldResolver);
  }
  return schema;
}
