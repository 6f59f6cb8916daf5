import type { Leaf } from "./statement-shape.ts";
import { writeTimestamp } from "./timestamps.ts";

/** A statement's parameter: a leaf of the arguments in one form, several of them as an array, or always the same. */
export type Parameter =
  | { readonly leaf: number; readonly form: "same" | "text" | "timestamp" }
  | { readonly items: readonly Parameter[] }
  | { readonly constant: unknown };

/** A value that stands for a leaf and that nothing else has, of the same kind; no round has one of another's. */
export function markerFor(leaf: Leaf, index: number, round: number): Leaf {
  // The steps differ, so that no sum of one round's is one of the other's.
  const number = 1_000_003 * (round + 1) + index * (1009 + 4 * round);
  if (typeof leaf === "string") return `<leaf ${number}>`;
  if (typeof leaf === "number") return leaf < 0 ? -number : number;
  if (typeof leaf === "bigint") return BigInt(number) * 1_000_000_000n;
  if (leaf instanceof Date) return new Date(Date.UTC(1971 + round, 1, 1, 0, 0, index, round));
  return Uint8Array.of(round, index >> 8, index & 255, 7);
}

/** Every form in which a parameter may hold a leaf, by what would be seen of it. */
export function formsOf(markers: readonly Leaf[]): Map<unknown, Parameter> {
  const forms = new Map<unknown, Parameter>();
  for (const [leaf, marker] of markers.entries()) {
    if (marker instanceof Date) forms.set(writeTimestamp(marker), { leaf, form: "timestamp" });
    else forms.set(comparable(marker), { leaf, form: "same" });
    if (typeof marker === "number" || typeof marker === "bigint")
      forms.set(String(marker), { leaf, form: "text" });
  }
  return forms;
}

const comparable = (value: unknown): unknown =>
  value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString("hex")}` : value;

/** Defaults that are the same each time. What Prisma makes when it is asked, an id or the time, is text or longer. */
const isConstant = (value: unknown): boolean =>
  value === null || typeof value === "boolean" || /^-?\d{1,9}$/.test(String(value));

/** @returns null where a value comes from elsewhere */
export function parameterOf(value: unknown, forms: ReadonlyMap<unknown, Parameter>): Parameter | null {
  if (Array.isArray(value)) {
    const items = value.map((item) => parameterOf(item, forms));
    return items.every((item) => item !== null) ? { items } : null;
  }
  return forms.get(comparable(value)) ?? (isConstant(value) ? { constant: value } : null);
}

export function writeParameter(parameter: Parameter, leaves: readonly Leaf[]): unknown {
  if ("constant" in parameter) return parameter.constant;
  if ("items" in parameter) return parameter.items.map((item) => writeParameter(item, leaves));
  const leaf = leaves[parameter.leaf];
  if (parameter.form === "same") return leaf;
  return leaf instanceof Date ? writeTimestamp(leaf) : String(leaf);
}

export function leavesOf(parameter: Parameter): readonly number[] {
  if ("leaf" in parameter) return [parameter.leaf];
  return "items" in parameter ? parameter.items.flatMap(leavesOf) : [];
}
