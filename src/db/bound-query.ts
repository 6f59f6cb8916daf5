import type pg from "pg";
import type { Binding, Guard } from "./binding.ts";
import { PreparedNames } from "./prepared-names.ts";
import { isNotKept } from "./preparing.ts";
import { type Connection, PlainQuery, PlainResult, prepareValue } from "./wire.ts";

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

/** What each connection has prepared. */
const preparedNames = new WeakMap<pg.Connection, PreparedNames>();

function namesOf(connection: Connection): PreparedNames {
  const known = preparedNames.get(connection);
  if (known !== undefined) return known;
  const names = new PreparedNames();
  preparedNames.set(connection, names);
  return names;
}

/** A statement of a group, as it is sent. */
type Part = { readonly name: string; readonly text: string; readonly values: unknown[] };

const partOf = ({ name = "", text, values = [] }: pg.QueryConfig, isPrepared: boolean): Part => ({
  name: isPrepared ? name : "",
  text,
  values: values.map(prepareValue),
});

/** The guard of a group, whose one row comes before the statement's. */
class GuardAnswer {
  readonly #guard: Guard;
  readonly #result = new PlainResult();
  #row: (string | null)[] | undefined;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  describe(fields: pg.FieldDef[]): void {
    this.#result.addFields(fields);
  }

  add(row: (string | null)[]): void {
    this.#row = row;
  }

  /** @throws Error as {@link passGuard} */
  pass(): void {
    passGuard(this.#guard, this.#row && this.#result.parseRow(this.#row));
  }
}

/**
 * Has a guard pass for which a row came and was committed.
 * @throws Error without a row: what answers none has let through whatever stood behind it
 */
export function passGuard(guard: Guard, row: Record<string, unknown> | undefined): void {
  if (row === undefined) throw new Error("A guard answered no row");
  guard.pass(row);
  guard.isPassed = true;
}

/**
 * A statement with its binding in front, and what guards it in between: all go out together and up to the same Sync,
 * which makes them one transaction. PostgreSQL skips what comes after a part that fails, commits at the Sync, and answers
 * the Sync last; until then the result is held back. The binding ends with the transaction, so that a connection has none
 * in between. See docs/decisions/010-binding.md.
 */
class BoundQuery extends PlainQuery {
  /** Milliseconds after which pg gives it up; the pool's own where this is undefined. */
  readonly query_timeout: number | undefined;
  /** What goes in front of its text; for whoever looks at what is sent. */
  readonly guardText: string | undefined;
  readonly #binding: Binding;
  readonly #isBindPrepared: boolean;
  readonly #timeout: number | undefined;
  readonly #parts: Part[];
  readonly #guard: GuardAnswer | undefined;
  /** Names that are parsed anew. */
  #parsed: readonly string[] = [];
  /** How many of binding, guard and statement are through. */
  #completed = 0;

  constructor(
    binding: Binding,
    statement: Statement,
    isPrepared: boolean,
    callback: (error: Error | null, result: pg.QueryResult) => void,
  ) {
    const { timeout } = statement;
    const { guard } = binding;
    // pg keeps account of names of its own, which a group of several has no use for.
    super({ ...statement, name: undefined, queryMode: "extended" }, callback);
    this.query_timeout = timeout === undefined ? undefined : timeout + clientMargin;
    this.#binding = binding;
    this.#timeout = timeout;
    this.#isBindPrepared = isPrepared && timeout === undefined;
    this.#parts = [partOf(statement, isPrepared)];
    if (guard?.isPassed === false) {
      this.guardText = guard.statement.text;
      this.#guard = new GuardAnswer(guard);
      this.#parts.unshift(partOf(guard.statement, isPrepared));
    }
  }

  override prepare(connection: Connection): void {
    // One write for all the messages, since each would be a piece of its own for the socket.
    const messages: Buffer[] = [];
    const gathering: Connection = Object.create(connection, {
      _send: { value: (message: Buffer) => messages.push(message) },
    });
    // First of all: what comes after an error is skipped.
    const parsed = this.#findUnknown(namesOf(connection), gathering);
    this.#writeBinding(gathering);
    // Before the guard: a statement that it keeps out is there for those that are sent after it all the same.
    for (const { name, text } of this.#parts) if (parsed.includes(name)) gathering.parse({ name, text });
    for (const { name, text, values } of this.#parts) {
      if (name === "") gathering.parse({ name, text });
      gathering.bind({ statement: name, values });
      gathering.describe({ type: "P" });
      gathering.execute({});
    }
    gathering.sync();
    this.#parsed = parsed;
    connection._send(Buffer.concat(messages));
  }

  /** @returns the names that the connection doesn't have yet; it has room for them then */
  #findUnknown(names: PreparedNames, connection: Connection): string[] {
    const unknown: string[] = [];
    for (const { name, text } of this.#parts) {
      const overdue = name === "" ? undefined : names.use(name, text);
      if (overdue === undefined) continue;
      unknown.push(name);
      for (const each of overdue) connection.close({ type: "S", name: each });
    }
    return unknown;
  }

  #writeBinding(connection: Connection): void {
    const { role, setting, value } = this.#binding;
    const timeout = this.#timeout === undefined ? [] : [`${this.#timeout}ms`];
    const statement = this.#isBindPrepared ? preparedBind.name : "";
    if (statement === "") connection.parse({ name: "", text: timeout.length === 0 ? wholeBind : timedBind });
    connection.bind({ statement, values: [role, setting, value, ...timeout] });
    connection.execute({});
  }

  /** Whose answers come now: the binding's count for nothing. */
  get #current(): "binding" | "guard" | "statement" {
    if (this.#completed === 0) return "binding";
    return this.#completed < this.#parts.length ? "guard" : "statement";
  }

  override handleRowDescription(message: { fields: pg.FieldDef[] }): void {
    if (this.#current === "guard") this.#guard?.describe(message.fields);
    else super.handleRowDescription(message);
  }

  override handleDataRow(message: { fields: (string | null)[] }): void {
    if (this.#current === "guard") this.#guard?.add(message.fields);
    else if (this.#current === "statement") super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#current === "statement") super.handleCommandComplete(message, connection);
    this.#completed++;
  }

  override handleError(error: unknown, connection: Connection): void {
    // Whether they were parsed before it failed is not known, nor whether those that were there still are.
    const unsure = isNotKept(error) ? this.#parts.map(({ name }) => name) : this.#parsed;
    for (const name of unsure) namesOf(connection).forget(name);
    super.handleError(error, connection);
  }

  override handleReadyForQuery(connection: Connection): void {
    try {
      this.#guard?.pass();
    } catch (error) {
      super.handleError(error, connection);
      return;
    }
    super.handleReadyForQuery(connection);
  }
}

/** Milliseconds by a timeout's name, where they are other than every statement's. */
type Times = Readonly<Partial<Record<keyof typeof settings, number>>>;

/**
 * Has to be done once on a connection before statements are sent prepared. By statements rather than start-up
 * parameters, which poolers refuse.
 */
export async function prepareConnection(client: pg.ClientBase, times: Times = {}): Promise<void> {
  const statements = Object.entries({ ...settings, ...times }).map(
    ([name, value]) => `SET ${name} = '${value}'`,
  );
  const { name, text } = preparedBind;
  await client.query([...statements, `PREPARE ${name} (text, text, text) AS ${text}`].join("; "));
}

/**
 * Sends one statement in a transaction of its own, bound.
 *
 * @param isPrepared whether the connection has been through {@link prepareConnection}, and the statement is prepared
 *   by its name; otherwise the name counts for nothing
 * @param done told when the transaction has been committed, or whatever PostgreSQL says to the binding, its guard, the
 *   statement or the commit; it is rolled back then
 * @throws TypeError where a value is none that can be sent; nothing is sent then
 */
export function sendBound(
  client: pg.ClientBase,
  binding: Binding,
  statement: Statement,
  isPrepared: boolean,
  done: (error: Error | null, result: pg.QueryResult) => void,
): void {
  client.query(new BoundQuery(binding, statement, isPrepared, done));
}

/** The same as a promise. */
export function runBound<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  binding: Binding,
  statement: Statement,
  isPrepared: boolean,
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    sendBound(client, binding, statement, isPrepared, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
