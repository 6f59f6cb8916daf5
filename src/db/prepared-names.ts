/** Statements that a connection keeps prepared: those that were used last, whoever sends however many others. */
export const keptStatements = 1000;

/** What a connection has prepared: texts by their names, in the order in which they were used last. */
export class PreparedNames {
  readonly #texts = new Map<string, string>();

  /**
   * Notes that a statement is used.
   *
   * @returns the names to close before it is parsed; undefined where it is there already. Its own is one of them:
   *   whether it is there need not be known, since PostgreSQL closes what it does not have without a word
   */
  use(name: string, text: string): string[] | undefined {
    const known = this.#texts.get(name);
    this.#texts.delete(name);
    this.#texts.set(name, text);
    if (known === text) return undefined;
    if (this.#texts.size <= keptStatements) return [name];
    const [oldest = ""] = this.#texts.keys();
    this.#texts.delete(oldest);
    return [name, oldest];
  }

  /** Has a statement parsed again when it is used next. */
  forget(name: string): void {
    this.#texts.delete(name);
  }
}
