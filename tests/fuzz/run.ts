import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";

/**
 * `npm run fuzz`: sends 50,000 inputs of a seed that nobody has tried, and says what came of them. `-- --seed N` takes
 * another seed, `--runs N` another number, and `--only N` sends a single one of the inputs again. Ends with 1 when an
 * answer, or the server in the end, was not as it should be.
 */
const { values } = parseArgs({
  options: { seed: { type: "string" }, runs: { type: "string" }, only: { type: "string" } },
});
const { seed = String(randomInt(2 ** 31)), runs = "50000", only } = values;
Object.assign(process.env, { FUZZ_SEED: seed, FUZZ_RUNS: runs, FUZZ_FIGURES: "1" });
if (only !== undefined) process.env.FUZZ_ONLY = only;
const vitest = await startVitest("test", ["tests/fuzz/fuzz.test.ts"], {
  root: new URL("../../", import.meta.url).pathname,
  watch: false,
  project: ["server"],
  reporters: ["default"],
});
const modules = vitest.state.getTestModules();
const isWhole = modules.length > 0 && modules.every((module) => module.state() === "passed");
await vitest.close();
process.exitCode = isWhole ? 0 : 1;
