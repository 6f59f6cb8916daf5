import { invalidToken } from "../errors.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { asCharged, asUser, type Binding, bound, type Guard, snapshots } from "./binding.ts";
import { isOwnerGone, isRefusedByGuard } from "./failures.ts";
import { createLookups } from "./lookups.ts";
import { type OwnModel, type OwnTable, ownTables, type PrismaOperation } from "./own-tables.ts";
import { type Args, atOwner, changeWithin, createWithin } from "./owner-filter.ts";
import type { Db } from "./prisma.ts";
import type { RecordedStatements } from "./recorded-statements.ts";

type Lookup<Filter = object> = {
  where: { userId_id: { userId: string; id: string } } & Filter;
  select?: Readonly<Record<string, unknown>>;
};

/** Those of one tick are one statement. */
type Lookups<Model extends OwnModel> = {
  findUnique(
    lookup: Lookup<Prisma.Args<Db[Model], "findMany">["where"]>,
  ): Promise<Prisma.Result<Db[Model], object, "findUnique">>;
};

type OperationOf<Model extends OwnModel> = (typeof ownTables)[Model]["operations"][number];

type ViewerTable<Model extends OwnModel> = Pick<Db[Model], Extract<OperationOf<Model>, PrismaOperation>> &
  ("findUnique" extends OperationOf<Model> ? Lookups<Model> : unknown);

/** The rows of one user, in all the tables that hold any. */
export type ViewerTables = { readonly viewerId: string } & {
  readonly [Model in OwnModel]: ViewerTable<Model>;
};

declare const inTransaction: unique symbol;

/** The same tables inside of a transaction: what writes more than once takes this. */
export type Transaction = ViewerTables & { readonly [inTransaction]: true };

/**
 * The database as one user sees it. Each operation carries the viewer's id, whatever else it asks for, and runs bound
 * to the viewer: there is no way to name another user's row through it. Resolvers and services get their rows from
 * here alone.
 */
export type ViewerDb = ViewerTables & {
  /** The same tables, for what may have to look at very many rows: its time is charged to the viewer. */
  readonly charged: ViewerTables;
  /** Runs several statements, all of which count or none. */
  transaction<T>(run: (tables: Transaction) => Promise<T>): Promise<T>;
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

/** How each operation is kept within what a user owns. */
export const keepWithin: Record<PrismaOperation, typeof atOwner> = {
  findMany: atOwner,
  count: atOwner,
  create: createWithin,
  updateMany: changeWithin,
  updateManyAndReturn: changeWithin,
  deleteMany: atOwner,
};

type Delegate = Record<PrismaOperation, (args: object) => PromiseLike<unknown>>;

/** What a viewer's tables are made of. */
type Access = {
  readonly client: Pick<Db, OwnModel>;
  /** The way around the client, where there is one: not inside of transactions, which have a connection of their own. */
  readonly recorded?: RecordedStatements;
  readonly viewerId: string;
  readonly binding: Binding;
  readonly readLongTexts: ReadLongTexts;
};

/** A model's operations, each within what the viewer owns and bound to the viewer. */
function tableOf(model: OwnModel, { client, recorded, viewerId, binding, readLongTexts }: Access) {
  const { owner, operations }: OwnTable = ownTables[model];
  const delegate: unknown = client[model];
  const scope = { [owner]: viewerId };

  async function run(operation: PrismaOperation, args: Args, as = binding): Promise<unknown> {
    try {
      const own = keepWithin[operation](scope, args);
      const answer = await recorded?.run(as, { model, operation, args: own });
      if (answer) return answer.result;
      return await bound(as, () => (delegate as Delegate)[operation](own));
    } catch (error) {
      const isRefused = isRefusedByGuard(error);
      if (binding.guard && (isRefused || !binding.guard.isPassed)) binding.guard.failure = error;
      // Deleted since the request was let in, as the next one will hear; or not let in.
      throw isOwnerGone(error) || isRefused ? invalidToken() : error;
    }
  }

  function findMany(args: Args) {
    const read = (as = binding) => run("findMany", args, as) as Promise<{ id: string }[]>;
    return hasLongTexts(args) ? readLongTexts(() => read({ ...binding, isLarge: true })) : read();
  }

  const lookUp = createLookups(findMany);
  const findUnique = ({ where: { userId_id: key, ...filter }, select }: Lookup) =>
    lookUp(key.id, { ...filter, userId: key.userId }, select);

  const ways = operations.map((operation) => {
    if (operation === "findUnique") return [operation, findUnique];
    if (operation === "findMany") return [operation, findMany];
    return [operation, (args: Args) => run(operation, args)];
  });
  return Object.fromEntries(ways);
}

/** A viewer's tables, each made when it is first used: most requests use one. */
class Tables {
  readonly #access: Access;
  readonly #made: Partial<Record<OwnModel, object>> = {};

  constructor(access: Access) {
    this.#access = access;
  }

  get viewerId(): string {
    return this.#access.viewerId;
  }

  static {
    for (const model of Object.keys(ownTables) as OwnModel[]) {
      Object.defineProperty(Tables.prototype, model, {
        get(this: Tables) {
          this.#made[model] ??= tableOf(model, this.#access);
          return this.#made[model];
        },
      });
    }
  }
}

function tablesOf(access: Access): ViewerTables {
  const tables: Pick<ViewerTables, "viewerId"> = new Tables(access);
  return tables as ViewerTables;
}

const atOnce: ReadLongTexts = (read) => read();

/**
 * @param recorded what runs single statements of `db`'s
 * @param viewerId whose rows, and only whose, the result reaches
 * @param readLongTexts how rows with long texts are read, outside of transactions; at once when left out
 * @param guard what has to pass first
 */
export function bindToViewer(
  db: Db,
  recorded: RecordedStatements,
  viewerId: string,
  readLongTexts: ReadLongTexts = atOnce,
  guard?: Guard,
): ViewerDb {
  const outside = { viewerId, binding: { ...asUser(viewerId), guard } };
  const access = { ...outside, client: db, recorded, readLongTexts };

  type Options = { isolationLevel?: "RepeatableRead"; timeout?: number };
  function transact<T>(binding: Binding, run: (tables: Transaction) => Promise<T>, options?: Options) {
    const inside = { ...outside, readLongTexts: atOnce };
    return bound(binding, () =>
      db.$transaction((client) => run(tablesOf({ ...inside, client }) as Transaction), options),
    );
  }

  return Object.assign(tablesOf(access), {
    charged: tablesOf({ ...access, binding: { ...asCharged(viewerId), guard } }),
    transaction: <T>(run: (tables: Transaction) => Promise<T>) => transact(access.binding, run),
    snapshot: <T>(timeout: number, run: (tables: ViewerTables) => Promise<T>) =>
      transact({ ...asUser(viewerId, snapshots), guard }, run, {
        isolationLevel: "RepeatableRead",
        timeout,
      }),
  });
}
