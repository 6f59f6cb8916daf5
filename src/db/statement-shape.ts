/** What a shape leaves open: each becomes a parameter of the statement. */
export type Leaf = string | number | bigint | Date | Uint8Array;

/** An operation's arguments, taken apart. */
export type Shape = {
  /** The same for all arguments that differ in their leaves alone, and for no others. */
  readonly key: string;
  /** In the order in which they stand. */
  readonly leaves: readonly Leaf[];
};

/** Arguments whose values are compared or written; those of the others are part of the statement. */
const open = new Set(["where", "data", "take", "skip"]);

/** Arguments whose words and flags say what the statement is. */
const closed = new Set(["select", "orderBy"]);

/** What no sensible filter reaches. */
const maxDepth = 12;

const minInt32 = -(2 ** 31);
const maxInt32 = 2 ** 31 - 1;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/** Of the years that Prisma writes with four digits. */
const minTime = Date.parse("0000-01-01T00:00:00Z");
const maxTime = Date.parse("9999-12-31T23:59:59.999Z");

const unknownShape = Symbol("unknown shape");

/** Writes down what a value is, without its leaves, so that no two kinds read the same. */
class Writer {
  key = "";
  readonly leaves: Leaf[] = [];

  write(value: unknown, isOpen: boolean, depth: number): void {
    if (value === null) this.key += "n";
    else if (typeof value === "boolean") this.key += value ? "t" : "f";
    else if (typeof value === "object") this.#writeObject(value, isOpen, depth);
    else if (isOpen) this.#writeLeaf(value);
    else if (typeof value === "string") this.key += `"${value.length}:${value}`;
    else throw unknownShape;
  }

  /** How many are taken: the last ones are another statement. */
  writeCount(value: unknown): void {
    if (typeof value === "number" && value < 0) this.key += "-";
    this.write(value, true, 0);
  }

  #writeObject(value: object, isOpen: boolean, depth: number): void {
    if (depth > maxDepth) throw unknownShape;
    if (Array.isArray(value)) {
      this.key += `[${value.length}:`;
      for (const item of value) this.write(item, isOpen, depth + 1);
      return;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      this.#writeLeaf(value);
      return;
    }
    this.key += "{";
    const parts = value as Readonly<Record<string, unknown>>;
    for (const name in parts) {
      const part = parts[name];
      if (part === undefined) continue;
      this.key += `${name.length}:${name}`;
      this.write(part, isOpen, depth + 1);
    }
    this.key += "}";
  }

  /**
   * Values that Prisma would refuse are not known here, so that it is Prisma who refuses them: halves of surrogate
   * pairs, for one, in lists alone.
   */
  #writeLeaf(value: unknown): void {
    if (typeof value === "string" && value.isWellFormed()) this.key += "s";
    else if (typeof value === "number" && Number.isInteger(value) && value >= minInt32 && value <= maxInt32)
      this.key += "i";
    else if (typeof value === "bigint" && value >= minInt64 && value <= maxInt64) this.key += "b";
    else if (value instanceof Date && value.getTime() >= minTime && value.getTime() <= maxTime)
      this.key += "d";
    else if (value instanceof Uint8Array) this.key += "y";
    else throw unknownShape;
    this.leaves.push(value);
  }
}

/**
 * @param args of an operation of Prisma's; what is undefined is left out, as by Prisma
 * @returns null where something stands in it that is neither plain data nor known
 */
export function shapeOf(args: object): Shape | null {
  const writer = new Writer();
  try {
    for (const [name, value] of Object.entries(args)) {
      if (value === undefined) continue;
      const isOpen = open.has(name);
      if (!isOpen && !closed.has(name)) return null;
      writer.key += `${name.length}:${name}`;
      if (name === "take") writer.writeCount(value);
      else writer.write(value, isOpen, 0);
    }
  } catch (error) {
    if (error === unknownShape) return null;
    throw error;
  }
  return writer;
}

const isLeaf = (value: unknown): boolean =>
  (typeof value === "object" && (value instanceof Date || value instanceof Uint8Array)) ||
  ["string", "number", "bigint"].includes(typeof value);

/**
 * @param args whose shape is known
 * @param replace gets each leaf in the order of {@link shapeOf}, and its place
 * @returns the same arguments with other leaves
 */
export function replaceLeaves(args: object, replace: (leaf: Leaf, index: number) => Leaf): object {
  let index = 0;
  function copy(value: unknown): unknown {
    if (isLeaf(value)) return replace(value as Leaf, index++);
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part)]));
  }
  const parts = Object.entries(args).map(([name, value]) => [name, open.has(name) ? copy(value) : value]);
  return Object.fromEntries(parts);
}
