import { missingMigration } from "./missing-migration.ts";

// `npm run check:migrations`: fails where prisma/schema.prisma says what no migration does.
const sql = await missingMigration();
if (sql !== null) {
  process.stderr.write(`A migration is missing; npm run migrate:new NAME writes it:\n\n${sql}`);
  process.exitCode = 1;
}
