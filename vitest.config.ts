import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  // As Node resolves: Vite's own "development" would load a second copy of graphql beside that of the server's packages.
  ssr: { resolve: { conditions: ["module-sync", "node"] } },
  test: {
    setupFiles: "tests/setup/no-console-errors.ts",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // About the code as it lies there: no server, no database, done in a second.
        test: { name: "standing", include: ["tests/standing/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "server",
          include: ["tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "tests/standing/**"],
          globalSetup: ["tests/setup/template-database.ts", "tests/setup/chromium.ts"],
        },
      },
    ],
  },
});
