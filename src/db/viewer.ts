import type { Prisma } from "../generated/prisma/client.ts";
import { asUser, type Binding, bound } from "./binding.ts";
import type { Db } from "./client.ts";
import { createLookups } from "./lookups.ts";
import { type Args, changeWithin, createWithin, type Scope, within } from "./scope.ts";

type Operation = "findMany" | "count" | "create" | "updateMany" | "updateManyAndReturn";

type Lookup = {
  where: { userId_id: { userId: string; id: string } } & Prisma.TaskWhereInput;
  select?: object;
};

/**
 * The database as one user sees it. Each operation carries the viewer's id, whatever else it asks for, and runs bound
 * to the viewer: there is no way to name another user's row through it. Resolvers and services get their rows from
 * here alone.
 */
export type ViewerDb = {
  readonly viewerId: string;
  readonly task: Pick<Db["task"], Operation> & {
    findUnique(lookup: Lookup): Promise<Prisma.TaskGetPayload<object> | null>;
  };
};

type Delegate = Record<Operation, (args: object) => PromiseLike<unknown>>;

/** A model's operations, each within the viewer's scope and bound to the viewer. */
class ScopedDelegate {
  readonly #delegate: Delegate;
  readonly #scope: Scope;
  readonly #binding: Binding;
  readonly #lookUp = createLookups((args) => this.findMany(args) as Promise<{ id: string }[]>);

  constructor(delegate: Delegate, scope: Scope, binding: Binding) {
    this.#delegate = delegate;
    this.#scope = scope;
    this.#binding = binding;
  }

  #run(operation: Operation, args: object): Promise<unknown> {
    return bound(this.#binding, () => this.#delegate[operation](args));
  }

  findUnique({ where: { userId_id: key, ...filter }, select }: Lookup) {
    return this.#lookUp(key.id, { ...filter, userId: key.userId }, select);
  }

  findMany(args: Args) {
    return this.#run("findMany", within(this.#scope, args));
  }

  count(args: Args) {
    return this.#run("count", within(this.#scope, args));
  }

  create(args: Args) {
    return this.#run("create", createWithin(this.#scope, args));
  }

  updateMany(args: Args) {
    return this.#run("updateMany", changeWithin(this.#scope, args));
  }

  updateManyAndReturn(args: Args) {
    return this.#run("updateManyAndReturn", changeWithin(this.#scope, args));
  }
}

/** @param viewerId whose rows, and only whose, the result reaches */
export function bindToViewer(db: Db, viewerId: string): ViewerDb {
  const task: unknown = new ScopedDelegate(db.task as Delegate, { userId: viewerId }, asUser(viewerId));
  return { viewerId, task: task as ViewerDb["task"] };
}
