import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

// What the tests choose by chance they choose again with the same seed.
process.env.TEST_SEED ??= String(Date.now() % 1_000_000);
process.stdout.write(`TEST_SEED=${process.env.TEST_SEED}\n`);

const globalSetup = ["tests/setup/template-database.ts"];

/**
 * Loading the server takes longer than most files do: those of a worker share it (isolate: false), and put back what they
 * change. What replaces a module of it, or its clock, has to load it for itself: something of that would stay.
 */
const replacing = globSync("tests/**/*.test.ts").filter((path) =>
  /\bvi\.(mock|useFakeTimers|stubEnv)\(/.test(readFileSync(path, "utf8")),
);

export default defineConfig({
  // As Node resolves: Vite's own "development" would load a second copy of graphql beside that of the server's packages.
  ssr: { resolve: { conditions: ["module-sync", "node"] } },
  test: {
    setupFiles: ["tests/setup/no-console-errors.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
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
          isolate: false,
          setupFiles: ["tests/setup/scan-answers.ts"],
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/{standing,process,attacks,proxies,browser}/**", ...replacing],
          globalSetup,
        },
      },
      {
        extends: true,
        test: {
          name: "server-alone",
          setupFiles: ["tests/setup/scan-answers.ts"],
          include: replacing,
          globalSetup,
        },
      },
      {
        extends: true,
        // Starts processes and databases of its own.
        test: {
          name: "process",
          include: ["tests/{process,attacks,proxies}/**/*.test.ts"],
          globalSetup: [...globalSetup, "tests/setup/proxies.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          isolate: false,
          include: ["tests/browser/**/*.test.ts"],
          globalSetup: [...globalSetup, "tests/setup/chromium.ts"],
        },
      },
    ],
  },
});
