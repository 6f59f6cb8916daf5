/** What is noted while a request is executed. */
export type Outcome = {
  /** Whether anything has looked at the clock: the answer may be another in a moment. */
  readsClock: boolean;
  /** Bytes of the long texts in the answer to a query as JSON, as far as it was made. */
  textSize: number;
  /** The rows with long texts that are read, or were read last. */
  reading?: Promise<unknown>;
};

export const createOutcome = (): Outcome => ({ readsClock: false, textSize: 0 });

/** A clock that tells an outcome that it was looked at. */
export function toldClock(now: () => Date, outcome: Outcome): () => Date {
  return () => {
    outcome.readsClock = true;
    return now();
  };
}
