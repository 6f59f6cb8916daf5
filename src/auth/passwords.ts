import { availableParallelism } from "node:os";
import bcrypt from "bcrypt";
import { Refusal } from "../errors.ts";
import { maxPasswordBytes, normalisePassword } from "./password-rules.ts";

/** Threads that Node runs such work on (libuv's default), reading files and looking up names among it. */
const threads = 4;

/** Hashing at once: it fills a core and a thread each, and one of both has to stay free for everything else. */
function concurrency(processes: number): number {
  return Math.max(1, Math.min(threads - 1, Math.floor((availableParallelism() - 1) / processes)));
}

/** Milliseconds of expected waiting past which a caller is told to come back instead. */
const maxWait = 5000;

/** Milliseconds that a hash takes, as long as none has been measured here. */
const durationAtCost12 = 300;

export type Passwords = {
  /** @returns the bcrypt hash of a password; it must have passed the rules */
  hash(password: string): Promise<string>;
  /**
   * Takes the same time for any hash of this server's cost, and for none.
   *
   * @param hash null where there is no account; then the answer is always false
   */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** Whether a hash was made with another cost than what is configured now. */
  isOutdated(hash: string): boolean;
};

/**
 * Runs jobs a few at a time, and refuses those that would wait too long.
 *
 * @param cost bcrypt's, from which the first guess at the waiting time comes
 */
function createQueue(cost: number, maxConcurrent: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  let typicalDuration = durationAtCost12 * 2 ** (cost - 12);

  return async function run<T>(job: () => Promise<T>): Promise<T> {
    const expectedWait = ((waiting.length + 1) * typicalDuration) / maxConcurrent;
    if (running >= maxConcurrent) {
      if (expectedWait > maxWait) {
        throw new Refusal(
          "RATE_LIMITED",
          "Too many people are logging in at this moment. Try again shortly.",
          {
            "Retry-After": String(Math.ceil(expectedWait / 1000)),
          },
        );
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    const start = performance.now();
    try {
      return await job();
    } finally {
      typicalDuration = typicalDuration * 0.8 + (performance.now() - start) * 0.2;
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/**
 * @param cost bcrypt's: each step doubles the work
 * @param processes how many such servers share this machine's cores
 */
export function createPasswords(cost: number, processes = 1): Passwords {
  const run = createQueue(cost, concurrency(processes));
  // Well-formed, of the configured cost, and nobody's: comparing with it costs what comparing always costs.
  const nobodys = `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
  return {
    hash: (password) => run(() => bcrypt.hash(normalisePassword(password), cost)),
    verify: async (password, hash) => {
      const normalised = normalisePassword(password);
      const comparable = Buffer.byteLength(normalised) <= maxPasswordBytes && normalised.isWellFormed();
      const matches = await run(() => bcrypt.compare(comparable ? normalised : "", hash ?? nobodys));
      return matches && comparable && hash !== null;
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) !== cost,
  };
}
