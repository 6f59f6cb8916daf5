import { defineConfig } from "prisma/config";

// Generating code needs no schema engine, but the command line would download one unless it is told of some file.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: "prisma/schema.prisma", migrations: { path: "prisma/migrations" } });
