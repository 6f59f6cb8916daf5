import { getDatamodel } from "../generated/pothos/types.ts";
import { fieldKinds } from "./row-reader.ts";

/** @returns the names of the columns that come back; null where that is not plain to see */
function columnsOf(text: string): readonly string[] | null {
  const [, list] = /^SELECT (.*?) FROM /.exec(text) ?? / RETURNING (.*)$/.exec(text) ?? [];
  if (list === undefined) return /^(UPDATE|DELETE) /.test(text) ? [] : null;
  const names = list.split(", ").map((item) => /^"public"\."\w+"\."(\w+)"$/.exec(item)?.[1]);
  return names.every((name) => name !== undefined) ? names : null;
}

const kindsOfModels = new Map<string, ReadonlyMap<string, string>>();

/** The kinds of a model's own fields, by the names of their columns. */
function kindsOf(model: string): ReadonlyMap<string, string> {
  if (kindsOfModels.size === 0) {
    for (const [name, { fields }] of Object.entries(getDatamodel().datamodel.models)) {
      const scalars = fields.filter(({ kind }) => kind === "scalar");
      const kinds = scalars.map((field): [string, string] => [
        field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        `${field.type}${field.isList ? "[]" : ""}`,
      ]);
      kindsOfModels.set(name.charAt(0).toLowerCase() + name.slice(1), new Map(kinds));
    }
  }
  return kindsOfModels.get(model) ?? new Map();
}

export type Column = { readonly name: string; readonly kind: string };

const countText = /^SELECT COUNT\(\*\) AS "_count\$_all" FROM /;

/** @returns null where there is a column that nothing is known of */
export function readColumns(model: string, text: string): readonly Column[] | null {
  if (countText.test(text)) return [{ name: "_count$_all", kind: "BigInt" }];
  const kinds = kindsOf(model);
  const columns = columnsOf(text)?.map((name) => ({ name, kind: kinds.get(name) ?? "" }));
  return columns?.every(({ kind }) => kind in fieldKinds) ? columns : null;
}
