import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from "graphql";

type Outcome = { readonly value: unknown } | { readonly error: unknown };
type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Whether graphql-js takes a value for a promise. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * What the resolvers of an operation's root fields answered or threw, by response key: promises as such, so that what
 * comes of it comes in the same order. An operation that has it as its root value puts them there, and takes those that
 * are there already: nothing is done twice.
 */
export class RootOutcomes {
  readonly #outcomes = new Map<string | number, Outcome>();

  /** @returns the outcome that there is, or what `resolve` comes to now */
  of(key: string | number, resolve: () => unknown): Outcome {
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const outcome = outcomeOf(resolve);
    this.#outcomes.set(key, outcome);
    return outcome;
  }
}

function outcomeOf(resolve: () => unknown): Outcome {
  try {
    const value = resolve();
    // What is asked for its value twice may do its work twice.
    return { value: isPromiseLike(value) ? Promise.resolve(value) : value };
  } catch (error) {
    return { error };
  }
}

function keepingOutcomes(resolve: Resolver): Resolver {
  return (root, args, context, info) => {
    if (!(root instanceof RootOutcomes)) return resolve(root, args, context, info);
    const outcome = root.of(info.path.key, () => resolve(undefined, args, context, info));
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  };
}

/** Has the fields of Query and Mutation keep their outcomes where there is room for them, see {@link RootOutcomes}. */
export function keepOutcomes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = keepingOutcomes(field.resolve ?? defaultFieldResolver);
  }
  return schema;
}
