import { invalidToken } from "../errors.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { asCharged, asUser, type Binding, bound, snapshots } from "./binding.ts";
import { isOwnerGone } from "./failures.ts";
import { createLookups } from "./lookups.ts";
import { type Args, changeWithin, createWithin, type Scope, within } from "./owner-filter.ts";
import type { Db } from "./prisma.ts";

type Operation = "findMany" | "count" | "create" | "updateMany" | "updateManyAndReturn" | "deleteMany";

type Lookup<Filter = object> = {
  where: { userId_id: { userId: string; id: string } } & Filter;
  select?: Readonly<Record<string, unknown>>;
};

/** Those of one tick are one statement. */
type Lookups<Filter, Row> = { findUnique(lookup: Lookup<Filter>): Promise<Row | null> };

/** The rows of one user, in all the tables that hold any. */
export type ViewerTables = {
  readonly viewerId: string;
  readonly task: Pick<Db["task"], Exclude<Operation, "deleteMany">> &
    Lookups<Prisma.TaskWhereInput, Prisma.TaskGetPayload<object>>;
  /** The viewer's own row. */
  readonly user: Pick<Db["user"], "findMany" | "updateMany" | "updateManyAndReturn">;
  readonly session: Pick<Db["session"], Operation> &
    Lookups<Prisma.SessionWhereInput, Prisma.SessionGetPayload<object>>;
  readonly personalToken: Pick<Db["personalToken"], Operation> &
    Lookups<Prisma.PersonalTokenWhereInput, Prisma.PersonalTokenGetPayload<object>>;
  readonly securityEvent: Pick<Db["securityEvent"], "findMany" | "count" | "create"> &
    Lookups<Prisma.SecurityEventWhereInput, Prisma.SecurityEventGetPayload<object>>;
  readonly code: Pick<Db["code"], Operation>;
};

/**
 * The database as one user sees it. Each operation carries the viewer's id, whatever else it asks for, and runs bound
 * to the viewer: there is no way to name another user's row through it. Resolvers and services get their rows from
 * here alone.
 */
export type ViewerDb = ViewerTables & {
  /** The same tables, for what may have to look at very many rows: its time is charged to the viewer. */
  readonly charged: ViewerTables;
  /** Runs several statements, all of which count or none. */
  transaction<T>(run: (tables: ViewerTables) => Promise<T>): Promise<T>;
  /**
   * Reads everything as it is at one moment, whatever others change meanwhile.
   * @param timeout milliseconds after which nothing more can be read; ten seconds without a read are too long as well
   */
  snapshot<T>(timeout: number, run: (tables: ViewerTables) => Promise<T>): Promise<T>;
};

/** Decides when rows with long texts are read, of whose texts there must not be too many in memory, and whether they are. */
export type ReadLongTexts = <Row>(read: () => Promise<Row[]>) => Promise<Row[]>;

/** The columns that hold long texts: those of the fields that the API calls long. */
export const longColumns: readonly string[] = ["description"];

const hasLongTexts = (args: Args): boolean => longColumns.some((column) => args?.select?.[column] === true);

type Delegate = Record<Operation, (args: object) => PromiseLike<unknown>>;

/** A model's operations, each within the viewer's scope and bound to the viewer. */
class ScopedDelegate {
  readonly #delegate: Delegate;
  readonly #scope: Scope;
  readonly #binding: Binding;
  readonly #readLongTexts: ReadLongTexts | undefined;
  readonly #lookUp = createLookups((args) => this.findMany(args) as Promise<{ id: string }[]>);

  constructor(delegate: Delegate, scope: Scope, binding: Binding, readLongTexts?: ReadLongTexts) {
    this.#delegate = delegate;
    this.#scope = scope;
    this.#binding = binding;
    this.#readLongTexts = readLongTexts;
  }

  async #run(operation: Operation, args: object): Promise<unknown> {
    try {
      return await bound(this.#binding, () => this.#delegate[operation](args));
    } catch (error) {
      // Deleted since the request was let in, as the next one will hear.
      throw isOwnerGone(error) ? invalidToken() : error;
    }
  }

  findUnique({ where: { userId_id: key, ...filter }, select }: Lookup) {
    return this.#lookUp(key.id, { ...filter, userId: key.userId }, select);
  }

  findMany(args: Args) {
    const read = () => this.#run("findMany", within(this.#scope, args)) as Promise<unknown[]>;
    return this.#readLongTexts && hasLongTexts(args) ? this.#readLongTexts(read) : read();
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

  deleteMany(args: Args) {
    return this.#run("deleteMany", within(this.#scope, args));
  }
}

type Model = Exclude<keyof ViewerTables, "viewerId">;

/** Each made when it is first used: most requests use one. */
class ScopedTables {
  readonly viewerId: string;
  readonly #client: Pick<Db, Model>;
  readonly #binding: Binding;
  readonly #readLongTexts: ReadLongTexts | undefined;
  readonly #tables = new Map<Model, ScopedDelegate>();

  constructor(
    client: Pick<Db, Model>,
    viewerId: string,
    binding = asUser(viewerId),
    readLongTexts?: ReadLongTexts,
  ) {
    this.viewerId = viewerId;
    this.#client = client;
    this.#binding = binding;
    this.#readLongTexts = readLongTexts;
  }

  /** The same tables, bound otherwise. Static, so that who has the tables can't ask for it. */
  static boundBy(tables: ScopedTables, binding: Binding): ScopedTables {
    return new ScopedTables(tables.#client, tables.viewerId, binding, tables.#readLongTexts);
  }

  #table(model: Model): ScopedDelegate {
    const scope: Scope = model === "user" ? { id: this.viewerId } : { userId: this.viewerId };
    const delegate: unknown = this.#client[model];
    const table =
      this.#tables.get(model) ??
      new ScopedDelegate(delegate as Delegate, scope, this.#binding, this.#readLongTexts);
    this.#tables.set(model, table);
    return table;
  }

  get task() {
    return this.#table("task");
  }

  get user() {
    return this.#table("user");
  }

  get session() {
    return this.#table("session");
  }

  get personalToken() {
    return this.#table("personalToken");
  }

  get securityEvent() {
    return this.#table("securityEvent");
  }

  get code() {
    return this.#table("code");
  }
}

class ScopedDb extends ScopedTables {
  readonly #db: Db;

  constructor(db: Db, viewerId: string, readLongTexts?: ReadLongTexts) {
    super(db, viewerId, undefined, readLongTexts);
    this.#db = db;
  }

  get charged(): ViewerTables {
    return ScopedTables.boundBy(this, asCharged(this.viewerId)) as unknown as ViewerTables;
  }

  transaction<T>(run: (tables: ViewerTables) => Promise<T>): Promise<T> {
    const { viewerId } = this;
    return bound(asUser(viewerId), () =>
      this.#db.$transaction((client) => run(new ScopedTables(client, viewerId) as unknown as ViewerTables)),
    );
  }

  snapshot<T>(timeout: number, run: (tables: ViewerTables) => Promise<T>): Promise<T> {
    const { viewerId } = this;
    return bound(asUser(viewerId, snapshots), () =>
      this.#db.$transaction((client) => run(new ScopedTables(client, viewerId) as unknown as ViewerTables), {
        isolationLevel: "RepeatableRead",
        timeout,
      }),
    );
  }
}

/**
 * @param viewerId whose rows, and only whose, the result reaches
 * @param readLongTexts how rows with long texts are read, outside of transactions; at once when left out
 */
export function bindToViewer(db: Db, viewerId: string, readLongTexts?: ReadLongTexts): ViewerDb {
  return new ScopedDb(db, viewerId, readLongTexts) as unknown as ViewerDb;
}
