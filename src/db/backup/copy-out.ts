import { Readable } from "node:stream";
import type pg from "pg";
import type { OneConnection } from "../one-connection.ts";

/** Bytes that are passed on at once; PostgreSQL sends a message a row. */
const blockSize = 65_536;

type CopyData = { chunk: Buffer };

/**
 * What one or more COPY … TO STDOUT answer, one after the other; answers to other statements in between are passed
 * over. The connection is read no faster than this is.
 */
class CopyOut extends Readable implements pg.Submittable {
  readonly #text: string;
  #connection: pg.Connection | undefined;
  #block = Buffer.allocUnsafe(blockSize);
  #used = 0;

  constructor(text: string) {
    super({ highWaterMark: blockSize });
    this.#text = text;
  }

  submit(connection: pg.Connection): void {
    this.#connection = connection;
    connection.query(this.#text);
  }

  override _read(): void {
    this.#connection?.stream.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Else nobody would read what is still to come, the end of the connection neither.
    this.#connection?.stream.resume();
    done(error);
  }

  handleCopyData({ chunk }: CopyData): void {
    if (this.#used + chunk.length > blockSize) this.#flush();
    // The message lies in a buffer that the next ones are read into.
    if (chunk.length > blockSize) this.#pass(Buffer.from(chunk));
    else this.#used += chunk.copy(this.#block, this.#used);
  }

  handleReadyForQuery(): void {
    this.#flush();
    this.push(null);
  }

  handleError(error: Error): void {
    this.destroy(error);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}

  #flush(): void {
    if (this.#used === 0) return;
    this.#pass(this.#block.subarray(0, this.#used));
    this.#block = Buffer.allocUnsafe(blockSize);
    this.#used = 0;
  }

  #pass(block: Buffer): void {
    if (!this.destroyed && !this.push(block)) this.#connection?.stream.pause();
  }
}

/**
 * The rows that COPY statements answer, in PostgreSQL's text format: a line a row.
 *
 * @param text statements, with semicolons between them; nothing in it is escaped
 * @throws whatever PostgreSQL says; the connection is of no use then, nor when the reader leaves early
 */
export async function* copyOut(database: OneConnection, text: string): AsyncGenerator<Buffer> {
  const client = await database.run(() => database.pool.connect());
  const rows = client.query(new CopyOut(text));
  let isThrough = false;
  try {
    yield* rows;
    isThrough = true;
  } catch (error) {
    database.fail(error);
    throw error;
  } finally {
    if (!isThrough) database.fail(new Error("The rows were not read to their end."));
    client.release(!isThrough);
  }
}
