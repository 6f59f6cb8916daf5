import { createHash } from "node:crypto";

/** What tells whether rows are all there and as they were. */
export type Sum = {
  rows: number;
  /** SHA-256 of their lines, hexadecimal. */
  sha256: string;
};

const newline = 10;

/** Sums up rows in PostgreSQL's text format, in which each is a line. */
export class Tally {
  readonly #hash = createHash("sha256");
  #rows = 0;

  add(lines: Buffer): void {
    this.#hash.update(lines);
    for (let at = lines.indexOf(newline); at !== -1; at = lines.indexOf(newline, at + 1)) this.#rows++;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Nothing can be added after. */
  sum(): Sum {
    return { rows: this.#rows, sha256: this.#hash.digest("hex") };
  }
}

export function isSameSum(a: Sum, b: Sum): boolean {
  return a.rows === b.rows && a.sha256 === b.sha256;
}
