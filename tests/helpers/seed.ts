/**
 * Of every random choice in a test: what TEST_SEED says, or what the run has drawn and printed at its start. It makes the
 * choices come out the same; names and secrets that have to be unlike all others are no choices.
 */
export const seed = Number(process.env.TEST_SEED);
