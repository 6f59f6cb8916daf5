import type { Db } from "./client.ts";

type Operation = "findUnique" | "findMany" | "count" | "create" | "updateMany" | "updateManyAndReturn";

/**
 * The database as one user sees it. Each operation carries the viewer's id, whatever else it asks for: there
 * is no way to name another user's row through it. Resolvers and services get their rows from here alone.
 */
export type ViewerDb = {
  readonly viewerId: string;
  readonly user: Pick<Db["user"], "findUnique">;
  readonly task: Pick<Db["task"], Operation>;
};

type Args = { where?: { AND?: object | object[] }; data?: object } | undefined;
type Delegate = Record<Operation, (args: object) => unknown>;

/** A model's operations with the viewer's id in every filter and in every new row. */
class ScopedDelegate {
  readonly #delegate: Delegate;
  readonly #scope: object;

  constructor(delegate: Delegate, scope: object) {
    this.#delegate = delegate;
    this.#scope = scope;
  }

  /** Whether a filter or new values name the owner themselves. */
  #namesOwner(part: object = {}): boolean {
    return Object.keys(this.#scope).some((column) => column in part);
  }

  #within(args: Args) {
    const where = args?.where;
    if (!this.#namesOwner(where)) return { ...args, where: { ...where, ...this.#scope } };
    // Both have to hold: whoever asks for another user's rows gets none, rather than the viewer's.
    return { ...args, where: { ...where, AND: [where?.AND ?? [], this.#scope].flat() } };
  }

  /** The same for a change, which gives no row away. */
  #withinKept(args: Args) {
    if (this.#namesOwner(args?.data)) throw new Error("A row's owner can't be changed.");
    return this.#within(args);
  }

  findUnique(args: Args) {
    return this.#delegate.findUnique(this.#within(args));
  }

  findMany(args: Args) {
    return this.#delegate.findMany(this.#within(args));
  }

  count(args: Args) {
    return this.#delegate.count(this.#within(args));
  }

  create(args: Args) {
    return this.#delegate.create({ ...args, data: { ...args?.data, ...this.#scope } });
  }

  updateMany(args: Args) {
    return this.#delegate.updateMany(this.#withinKept(args));
  }

  updateManyAndReturn(args: Args) {
    return this.#delegate.updateManyAndReturn(this.#withinKept(args));
  }
}

/** @param column the one that names the row's owner */
function scope<Model>(delegate: Model, column: string, viewerId: string): Model {
  return new ScopedDelegate(delegate as Delegate, { [column]: viewerId }) as Model;
}

/** @param viewerId whose rows, and only whose, the result reaches */
export function bindToViewer(db: Db, viewerId: string): ViewerDb {
  return { viewerId, user: scope(db.user, "id", viewerId), task: scope(db.task, "userId", viewerId) };
}
