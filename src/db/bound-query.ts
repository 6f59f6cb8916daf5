import pg from "pg";
import type { Binding } from "./binding.ts";

/** A statement as pg takes it; Prisma adds the form of its rows and how to read them. */
export type Statement = pg.QueryConfig & {
  rowMode?: "array";
  /** Milliseconds that it may take, where that is more than a statement usually may. */
  timeout?: number;
};

/**
 * What holds for every statement. The adapter takes timestamps for UTC, whatever the database's own zone. The timeouts
 * are below the client's own query timeout, so that the server ends a statement before the client gives it up.
 */
const settings = {
  timezone: "UTC",
  statement_timeout: "3500ms",
  lock_timeout: "1s",
  idle_in_transaction_session_timeout: "10s",
};

const bindText = "SELECT set_config('role', $1, true), set_config($2, $3, true)";
const setTexts = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);

/** Prepared once a connection, which has the settings by then. */
const preparedBind = { name: "bind", text: bindText };

/** For connections that change under their users: all of it anew each time. */
const wholeBind = [bindText, ...setTexts].join(", ");

/** The same for a statement with a time of its own, which comes last; it ends with the transaction as the binding does. */
const timedBind = `${wholeBind}, set_config('statement_timeout', $4, true)`;

/** Milliseconds that the client gives a statement beyond the server's time for it. */
const clientMargin = 500;

/** Statements that a connection keeps prepared: those that were used last, whoever sends however many others. */
export const keptStatements = 1000;

/** What pg's own queries do and its types leave out. */
type Wire = {
  /** Of the statement, where it is prepared. */
  readonly name?: string;
  prepare(connection: Connection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
};
type Connection = pg.Connection & {
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: string[]; valueMapper: (value: string) => string }): void;
  execute(portal: object): void;
  close(what: { type: "S"; name: string }): void;
  /** What has been prepared, by its name. */
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  /** Writes one message of the protocol. */
  _send(message: Buffer): void;
};

const PlainQuery = pg.Query as unknown as new (
  config: Statement & { queryMode: "extended" },
  callback: (error: Error | null, result: pg.QueryResult) => void,
) => Wire & pg.Submittable;

/** The names of what a connection has prepared, in the order in which they were used last. */
const usedNames = new WeakMap<pg.Connection, Set<string>>();

/** @returns the statement that has to make room for one that is used now */
function findOverdue(connection: Connection, name: string): string | undefined {
  const names = usedNames.get(connection) ?? new Set();
  usedNames.set(connection, names);
  names.delete(name);
  names.add(name);
  if (names.size <= keptStatements) return undefined;
  const [oldest] = names;
  names.delete(oldest ?? "");
  return oldest;
}

/**
 * A statement with its binding in front: both go out together and up to the same Sync, which makes them one
 * transaction. PostgreSQL skips the statement when the binding fails, commits at the Sync, and answers the Sync last;
 * until then the result is held back. The binding ends with the transaction, so that a connection has none in between.
 * See docs/decisions/010-binding.md.
 */
class BoundQuery extends PlainQuery {
  /** Milliseconds after which pg gives it up; the pool's own where this is undefined. */
  readonly query_timeout: number | undefined;
  readonly #binding: Binding;
  readonly #isPrepared: boolean;
  readonly #timeout: number | undefined;
  #isBound = false;

  constructor(
    binding: Binding,
    statement: Statement,
    isPrepared: boolean,
    callback: (error: Error | null, result: pg.QueryResult) => void,
  ) {
    const { timeout } = statement;
    const named = isPrepared ? statement : { ...statement, name: undefined };
    super({ ...named, queryMode: "extended" }, callback);
    this.query_timeout = timeout === undefined ? undefined : timeout + clientMargin;
    this.#binding = binding;
    this.#timeout = timeout;
    this.#isPrepared = isPrepared && timeout === undefined;
  }

  override prepare(connection: Connection): void {
    const { role, setting, value } = this.#binding;
    const timeout = this.#timeout === undefined ? [] : [`${this.#timeout}ms`];
    const statement = this.#isPrepared ? preparedBind.name : "";
    // One write for all the messages, since each would be a piece of its own for the socket.
    const messages: Buffer[] = [];
    const gathering: Connection = Object.create(connection, {
      _send: { value: (message: Buffer) => messages.push(message) },
    });
    // First of all: what comes after an error is skipped.
    const overdue = this.name ? findOverdue(connection, this.name) : undefined;
    if (overdue !== undefined) {
      gathering.close({ type: "S", name: overdue });
      delete connection.parsedStatements[overdue];
      delete connection.submittedNamedStatements[overdue];
    }
    if (!this.#isPrepared) gathering.parse({ name: "", text: timeout.length === 0 ? wholeBind : timedBind });
    gathering.bind({ statement, values: [role, setting, value, ...timeout], valueMapper: (text) => text });
    gathering.execute({});
    super.prepare(gathering);
    connection._send(Buffer.concat(messages));
  }

  override handleDataRow(message: unknown): void {
    if (this.#isBound) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#isBound) super.handleCommandComplete(message, connection);
    this.#isBound = true;
  }
}

/**
 * Has to be done once on a connection before statements are sent prepared. By statements rather than start-up
 * parameters, which poolers refuse.
 */
export async function prepareConnection(client: pg.ClientBase): Promise<void> {
  const statements = Object.entries(settings).map(([name, value]) => `SET ${name} = '${value}'`);
  await client.query(statements.join("; "));
  await client.query({ ...preparedBind, values: ["none", "app.user_id", ""] });
}

/**
 * Runs one statement in a transaction of its own, bound.
 *
 * @param isPrepared whether the connection has been through {@link prepareConnection}, and the statement is prepared
 *   by its name; otherwise the name counts for nothing
 * @returns when the transaction has been committed
 * @throws whatever PostgreSQL says to the binding, the statement or the commit; the transaction is rolled back then
 */
export function runBound<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  binding: Binding,
  statement: Statement,
  isPrepared: boolean,
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    client.query(
      new BoundQuery(binding, statement, isPrepared, (error, result) => {
        if (error === null) resolve(result);
        else reject(error);
      }),
    );
  });
}
