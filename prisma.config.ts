import { defineConfig } from "prisma/config";

// Generating code needs no schema engine, but the command line would download one unless it is told of some file.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
// Nor is anybody told that it ran.
process.env.CHECKPOINT_DISABLE ??= "1";

export default defineConfig({ schema: "prisma/schema.prisma", migrations: { path: "prisma/migrations" } });
