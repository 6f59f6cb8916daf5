import { writeFile } from "node:fs/promises";
import { lexicographicSortSchema, printSchema } from "graphql";
import { schema } from "../features/schema.ts";

/** The schema as schema.graphql holds it: sorted, so that only what changed shows in a diff. */
export const printedSchema = () => `${printSchema(lexicographicSortSchema(schema))}\n`;

if (import.meta.main) await writeFile(new URL("../../schema.graphql", import.meta.url), printedSchema());
