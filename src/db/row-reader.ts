import pg from "pg";

/** A value as PostgreSQL writes it. */
export type Text = string | null;

/** Reads a value as Prisma's client gives it. */
export type ReadValue = (text: string) => unknown;

const digits = (text: string, at: number): number =>
  text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 48 * 11;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** How many digits of a fraction of a second begin at a place; what comes next has to be the end, or UTC. */
function fractionLength(text: string, at: number): number {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end += 1;
  const isWhole = end === text.length || (end === text.length - 3 && text.endsWith("+00"));
  return isWhole ? end - at : -1;
}

const usual = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;
const zone = /[+-]\d{2}(:\d{2})?$/;
const time = /\d{2}:\d{2}:\d{2}(\.\d+)?\+00:00$/;

/** What the adapter and the client make of the text between them: years before 1 or after 9999, infinity. */
function readUnusualInstant(text: string): Date {
  const iso = text.replace(" ", "T");
  const inUtc = zone.test(iso) ? iso.replace(zone, "+00:00") : `${iso}+00:00`;
  return new Date(time.test(inUtc) ? inUtc : `${inUtc}T00:00:00Z`);
}

/**
 * Reads a timestamp, with the zone "+00" or without any.
 *
 * Date.UTC takes years below 100 for those of the twentieth century.
 */
export function readInstant(text: string): Date {
  const fraction = text.charCodeAt(19) === 46 ? fractionLength(text, 20) : fractionLength(text, 19);
  const year = digits(text, 0) * 100 + digits(text, 2);
  if (fraction < 0 || fraction > 3 || year < 100 || !usual.test(text)) return readUnusualInstant(text);
  const milliseconds = fraction === 0 ? 0 : Number(text.slice(20, 20 + fraction)) * 10 ** (3 - fraction);
  const month = digits(text, 5) - 1;
  return new Date(
    Date.UTC(
      year,
      month,
      digits(text, 8),
      digits(text, 11),
      digits(text, 14),
      digits(text, 17),
      milliseconds,
    ),
  );
}

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

const two = (n: number): string => String(Math.floor(n) % 60).padStart(2, "0");

/** Every kind of field that is read here, by Prisma's name for its type; lists have their own. */
export const fieldKinds: Readonly<Record<string, FieldKind>> = {
  String: { read: (text) => text, oid: 25, sample: (place) => `text ${place}` },
  Int: { read: Number, oid: 23, sample: (place) => `${1000 + place}` },
  BigInt: { read: BigInt, oid: 20, sample: (place) => `${2n ** 60n + BigInt(place)}` },
  Boolean: { read: (text) => text === "t", oid: 16, sample: (place) => "ft".charAt(place % 2) },
  DateTime: {
    read: readInstant,
    oid: 1184,
    sample: (place) => `2001-02-03 04:${two(place / 60)}:${two(place)}.789+00`,
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
