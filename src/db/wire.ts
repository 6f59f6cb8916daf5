import pg from "pg";

// What pg has and its types leave out, or hold for its own business: messages of the protocol, and what takes answers.

export type Connection = pg.Connection & {
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: unknown[] }): void;
  describe(what: { type: "P" }): void;
  execute(portal: object): void;
  close(what: { type: "S"; name: string }): void;
  sync(): void;
  /** Writes one message of the protocol. */
  _send(message: Buffer): void;
};

/** What is told of the answers to a query, one after the other. */
type Answered = {
  handleRowDescription(message: { fields: pg.FieldDef[] }): void;
  handleDataRow(message: { fields: (string | null)[] }): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleError(error: unknown, connection: Connection): void;
  handleReadyForQuery(connection: Connection): void;
};

type QueryConfig = pg.QueryConfig & { rowMode?: "array"; queryMode: "extended" };

export const PlainQuery = pg.Query as unknown as new (
  config: QueryConfig,
  callback: (error: Error | null, result: pg.QueryResult) => void,
) => Answered & pg.Submittable & { prepare(connection: Connection): void };

export const PlainResult = pg.Result as unknown as new () => {
  addFields(fields: pg.FieldDef[]): void;
  parseRow(fields: (string | null)[]): Record<string, unknown>;
};

/** A value as it is sent: a text, bytes or null. @throws where there is no such thing */
export const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils;
