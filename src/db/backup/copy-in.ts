import { once } from "node:events";
import type pg from "pg";
import type { OneConnection } from "../one-connection.ts";

/** What pg's connection does and its types leave out. */
type Connection = pg.Connection & {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
};

type Settle = { resolve(): void; reject(error: unknown): void };

/** One COPY … FROM STDIN, sent no faster than PostgreSQL takes it. */
class CopyIn implements pg.Submittable {
  readonly #text: string;
  readonly #rows: AsyncIterable<Buffer>;
  readonly #settle: Settle;
  readonly #over = new AbortController();
  /** Why there are no more rows, where that was not their end. */
  #cause: unknown;

  constructor(text: string, rows: AsyncIterable<Buffer>, settle: Settle) {
    this.#text = text;
    this.#rows = rows;
    this.#settle = settle;
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: Connection): void {
    this.#send(connection).catch((error) => {
      this.#cause ??= error;
      connection.sendCopyFail("the rows broke off");
    });
  }

  handleError(error: Error): void {
    this.#over.abort();
    this.#settle.reject(this.#cause ?? error);
  }

  handleReadyForQuery(): void {
    this.#settle.resolve();
  }

  handleCommandComplete(): void {}

  async #send(connection: Connection): Promise<void> {
    const { signal } = this.#over;
    for await (const chunk of this.#rows) {
      // PostgreSQL has said no, and passes over what comes after.
      if (signal.aborted) return;
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain)
        await once(connection.stream, "drain", { signal }).catch(() => {});
    }
    if (!signal.aborted) connection.endCopyFrom();
  }
}

/**
 * Fills a table.
 *
 * @param text COPY … FROM STDIN
 * @param rows in PostgreSQL's text format, cut anywhere
 * @throws what the rows throw, or whatever PostgreSQL says; the transaction has failed then
 */
export async function copyIn(
  database: OneConnection,
  text: string,
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  await database.run(async () => {
    const client = await database.pool.connect();
    let isThrough = false;
    try {
      await new Promise<void>((resolve, reject) => {
        client.query(new CopyIn(text, rows, { resolve, reject }));
      });
      isThrough = true;
    } finally {
      client.release(!isThrough);
    }
  });
}
