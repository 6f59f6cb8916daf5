import { cacheExchange, type KeyingConfig, type ResolverConfig } from "@urql/exchange-graphcache";
import schema from "../generated/introspection.json";
import { optimistic } from "./optimistic.ts";
import { updates } from "./updates.ts";

/** Types that live inside another and have no id. */
const embedded = () => null;

const keys: KeyingConfig = {
  // The same edge in every list: what a list holds is then the tasks themselves, not their positions.
  TaskEdge: (edge) => (edge.node as { id: string } | undefined)?.id ?? null,
  TaskConnection: embedded,
  PageInfo: embedded,
  SessionConnection: embedded,
  SessionEdge: embedded,
  PersonalTokenConnection: embedded,
  PersonalTokenEdge: embedded,
  SecurityEventConnection: embedded,
  SecurityEventEdge: embedded,
  Server: embedded,
  Due: embedded,
  FieldError: embedded,
};

const resolvers: ResolverConfig = {
  Query: {
    // A task that a list has brought needs no request of its own, unless the server said that it is gone.
    task: (_parent, args, cache) => {
      if (cache.resolve("Query", "task", args) === null) return null;
      return { __typename: "Task", id: String(args.id) };
    },
  },
};

/** The normalised cache of one identity. */
export function createCacheExchange() {
  return cacheExchange({
    schema,
    keys,
    resolvers,
    optimistic,
    updates,
  });
}
