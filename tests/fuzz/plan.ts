import type { Plan } from "./fuzz.ts";

/** What every run of the suite sends: the same inputs each time, so that it fails for a change alone. */
const usual = { seed: 20_261_121, runs: 3_000 };

const whole = (text: string | undefined, otherwise: number): number => {
  const value = Number(text ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${text} is no whole number`);
  return value;
};

/** @returns what the environment asks for, and otherwise what every run of the suite sends */
export function planFrom({ FUZZ_SEED, FUZZ_RUNS, FUZZ_ONLY }: NodeJS.ProcessEnv): Plan {
  return {
    seed: whole(FUZZ_SEED, usual.seed),
    runs: whole(FUZZ_RUNS, usual.runs),
    only: FUZZ_ONLY === undefined ? null : whole(FUZZ_ONLY, 0),
  };
}
