import type pg from "pg";
import { createBoundedCache } from "../runtime/bounded-cache.ts";
import type { Binding } from "./binding.ts";
import type { BoundPool } from "./bound-pool.ts";
import { keptStatements } from "./prepared-names.ts";
import type { Db } from "./prisma.ts";
import type { Text } from "./row-reader.ts";
import { type Call, type RecordedStatement, recordStatement } from "./statement-recorder.ts";
import { shapeOf } from "./statement-shape.ts";

/** Runs Prisma's operations as the statements that Prisma wrote for their shapes, around its client. */
export type RecordedStatements = {
  /**
   * @returns what the operation resolves to; null where it has to go through Prisma
   * @throws what PostgreSQL says, as pg has it
   */
  run(binding: Binding, call: Call): Promise<{ readonly result: unknown } | null>;
};

/** Values stay as PostgreSQL wrote them. */
const asTexts: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/**
 * @param db where the shapes are recorded, each when it is first used
 * @param pool where the statements go
 */
export function createRecordedStatements(db: Db, pool: BoundPool): RecordedStatements {
  // By shape; callers can make very many, by how they search and filter.
  const recorded = createBoundedCache<Promise<RecordedStatement | null>>(keptStatements, () => 1);

  return {
    async run(binding, call) {
      const shape = shapeOf(call.args);
      if (shape === null) return null;
      const key = `${call.model}.${call.operation} ${shape.key}`;
      let recording = recorded.get(key);
      if (recording === undefined) {
        recording = recordStatement(db, call);
        recorded.set(key, recording);
      }
      const statement = await recording;
      if (statement === null) return null;
      const { name, text } = statement;
      const values = statement.valuesOf(shape.leaves);
      const sent = { name, text, values, rowMode: "array", types: asTexts } as const;
      const answer = await pool.query<Text[]>(binding, sent);
      return { result: statement.resultOf(answer) };
    },
  };
}
