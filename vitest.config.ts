import { defineConfig } from "vitest/config";

export default defineConfig({
  // As Node resolves: Vite's own "development" would load a second copy of graphql beside that of the server's packages.
  ssr: { resolve: { conditions: ["module-sync", "node"] } },
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: "tests/setup/template-database.ts",
    setupFiles: "tests/setup/no-console-errors.ts",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
