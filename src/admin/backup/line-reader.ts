import { createHash } from "node:crypto";
import { damaged, endOfRows, maxLine } from "./format.ts";

const newline = 10;
const end = Buffer.from(endOfRows);

/** Reads a backup's lines, and its rows in pieces of many. */
export class LineReader {
  readonly #source: AsyncIterator<Buffer>;
  #hash = createHash("sha256");
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** SHA-256 of all that was taken so far, hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  /** @returns null at the end */
  async line(): Promise<string | null> {
    for (let from = 0; ; ) {
      const at = this.#rest.indexOf(newline, from);
      if (at !== -1) return this.#take(at + 1).toString("utf8", 0, at);
      from = this.#rest.length;
      if (await this.#more()) continue;
      if (from > 0) throw damaged("its last line is cut off");
      return null;
    }
  }

  /** Whole lines up to the one that ends the rows, which is passed over. */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      let from = 0;
      for (;;) {
        const at = this.#rest.indexOf(newline, from);
        if (at === -1) break;
        if (at - from === end.length && this.#rest.subarray(from, at).equals(end)) {
          if (from > 0) yield this.#take(from);
          this.#take(end.length + 1);
          return;
        }
        from = at + 1;
      }
      if (from > 0) yield this.#take(from);
      if (!(await this.#more())) throw damaged("it ends in the middle of a table");
    }
  }

  /** Tells whoever gives the bytes that no more are wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.#hash.update(taken);
    return taken;
  }

  async #more(): Promise<boolean> {
    if (this.#rest.length > maxLine) throw damaged("a line of it is too long");
    const { done, value } = await this.#source.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }
}
