import { availableParallelism, getPriority, platform, setPriority } from "node:os";
import bcrypt from "bcrypt";
import type { Logger } from "pino";
import { maxPasswordBytes } from "../../rules/limits.ts";
import { createHashQueue, type Sender } from "./hash-queue.ts";
import { createHashThreads } from "./hash-threads.ts";
import { normalisePassword, passwordProblem } from "./password-rules.ts";

/** How much nicer the last thread that hashes is than the server, as Linux counts it: beside one that is busy it gets a tenth. */
const nicer = 10;

/** What no thread can be nicer than. */
const nicest = 19;

/** Hashing at once, however many cores there are: each takes some 8 MiB of memory besides. */
const most = 8;

/**
 * The nice value that threads which hash can have; null where they have that of everything else: only Linux has one for
 * each thread.
 */
function findPriority(log: Logger): number | null {
  if (platform() !== "linux") return null;
  try {
    const own = getPriority();
    // As it is: where even that is refused, threads could not change theirs.
    setPriority(own);
    return Math.min(nicest, own + nicer);
  } catch (error) {
    log.debug({ err: error }, "hashing can't have a lower priority: one core is left free of it");
    return null;
  }
}

/** Hashing at once: it fills a core each, and one has to stay free for everything else, or is filled by what stands back. */
function concurrency(processes: number, priority: number | null): number {
  const cores = availableParallelism() - (priority === null ? 1 : 0);
  return Math.max(1, Math.min(most, Math.floor(cores / processes)));
}

/** Everything takes its turn in one queue by network, and is refused with RATE_LIMITED where that is too long. */
export type Passwords = {
  /**
   * Before attempts are counted and accounts are looked up, for a hash that would be refused then.
   * @throws Refusal RATE_LIMITED where there is no room to wait for one
   */
  checkRoom(sender: Sender): void;
  /** @returns the bcrypt hash of a password; it must have passed the rules */
  hash(password: string, sender: Sender): Promise<string>;
  /**
   * Takes the same time for any hash of this server's cost, and for none.
   *
   * @param hash null where there is no account; then the answer is always false
   */
  verify(password: string, hash: string | null, sender: Sender): Promise<boolean>;
  /** In code points. */
  readonly minLength: number;
  /** @returns what is wrong with a new password of the account with this address, in words; null where nothing is */
  findProblem(password: string, email: string): Promise<string | null>;
  /** Whether a hash was made with another cost than what is configured now. */
  isOutdated(hash: string): boolean;
  /** Ends what is being hashed, which fails, and whatever would be later. */
  close(): void;
};

export type PasswordOptions = {
  /** Bcrypt's: each step doubles the work. */
  cost: number;
  /** In code points. */
  minLength: number;
  /** How many such servers share this machine's cores. */
  processes: number;
  log: Logger;
};

export function createPasswords({ cost, minLength, processes, log }: PasswordOptions): Passwords {
  const priority = findPriority(log);
  // A machine that has nothing to spare gives what stands back next to nothing: logins would wait behind everything else.
  const threads = createHashThreads(concurrency(processes, null), priority);
  const { run, checkRoom } = createHashQueue(concurrency(processes, priority));
  // Well-formed, of the configured cost, and nobody's: comparing with it costs what comparing always costs.
  const nobodys = `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
  return {
    checkRoom,
    minLength,
    findProblem: (password, email) => passwordProblem(password, email, minLength),
    hash: (password, sender) => run(sender, () => threads.hash(normalisePassword(password), cost)),
    verify: async (password, hash, sender) => {
      const normalised = normalisePassword(password);
      const comparable = Buffer.byteLength(normalised) <= maxPasswordBytes && normalised.isWellFormed();
      const matches = await run(sender, () => threads.compare(comparable ? normalised : "", hash ?? nobodys));
      return matches && comparable && hash !== null;
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) !== cost,
    close: threads.close,
  };
}
