import pg from "pg";
import { readTimestamp } from "./timestamps.ts";

/** A value as PostgreSQL writes it. */
export type Text = string | null;

/** Reads a value as Prisma's client gives it. */
export type ReadValue = (text: string) => unknown;

const bytea = 17;
const textArray = 1009;

function readBytes(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength }: Buffer = pg.types.getTypeParser(bytea, "text")(text);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const readTexts = (text: string): Text[] => pg.types.getTypeParser(textArray as number, "text")(text);

/** A kind of field: how its values are read, and what stands for it where Prisma's own reading is looked at. */
type FieldKind = {
  readonly read: ReadValue;
  /** PostgreSQL's number of its type. */
  readonly oid: number;
  /** @returns a value that no other place has, as far as the type has enough of them */
  sample(place: number): string;
};

const sixtieth = (n: number): string => String(Math.floor(n) % 60).padStart(2, "0");

/** Every kind of field that is read here, by Prisma's name for its type; lists have their own. */
export const fieldKinds: Readonly<Record<string, FieldKind>> = {
  String: { read: (text) => text, oid: 25, sample: (place) => `text ${place}` },
  Int: { read: Number, oid: 23, sample: (place) => `${1000 + place}` },
  BigInt: { read: BigInt, oid: 20, sample: (place) => `${2n ** 60n + BigInt(place)}` },
  Boolean: { read: (text) => text === "t", oid: 16, sample: (place) => "ft".charAt(place % 2) },
  DateTime: {
    read: readTimestamp,
    oid: 1184,
    sample: (place) => `2001-02-03 04:${sixtieth(place / 60)}:${sixtieth(place)}.789+00`,
  },
  Bytes: { read: readBytes, oid: bytea, sample: (place) => `\\x${place.toString(16).padStart(8, "0")}` },
  "String[]": { read: readTexts, oid: textArray, sample: (place) => `{a,"${place} {\\"}"}` },
};

/** A field of the rows that an operation resolves to. */
export type Field = {
  readonly name: string;
  /** Where its column stands in the statement's result. */
  readonly column: number;
  readonly kind: string;
};

/** @returns what makes a row as Prisma's client gives it: the same names in the same order, and values of the same types */
export function createRowReader(fields: readonly Field[]): (texts: readonly Text[]) => object {
  const readers = fields.map(({ name, column, kind }) => {
    const read = fieldKinds[kind]?.read;
    if (read === undefined) throw new Error(`Nothing reads ${kind}`);
    return { name, column, read, isList: kind.endsWith("[]") };
  });
  return (texts) => {
    const row: Record<string, unknown> = {};
    for (const { name, column, read, isList } of readers) {
      const text = texts[column] ?? null;
      row[name] = text === null ? (isList ? [] : null) : read(text);
    }
    return row;
  };
}
