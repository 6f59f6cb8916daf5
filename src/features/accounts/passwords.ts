import { availableParallelism } from "node:os";
import bcrypt from "bcrypt";
import { maxPasswordBytes } from "../../rules/limits.ts";
import { createHashQueue, type Sender } from "./hash-queue.ts";
import { normalisePassword, passwordProblem } from "./password-rules.ts";

/** Threads that Node runs such work on (libuv's default), reading files and looking up names among it. */
const threads = 4;

/** Hashing at once: it fills a core and a thread each, and one of both has to stay free for everything else. */
function concurrency(processes: number): number {
  return Math.max(1, Math.min(threads - 1, Math.floor((availableParallelism() - 1) / processes)));
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
};

export type PasswordOptions = {
  /** Bcrypt's: each step doubles the work. */
  cost: number;
  /** In code points. */
  minLength: number;
  /** How many such servers share this machine's cores. */
  processes: number;
};

export function createPasswords({ cost, minLength, processes }: PasswordOptions): Passwords {
  const { run, checkRoom } = createHashQueue(concurrency(processes));
  // Well-formed, of the configured cost, and nobody's: comparing with it costs what comparing always costs.
  const nobodys = `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
  return {
    checkRoom,
    minLength,
    findProblem: (password, email) => passwordProblem(password, email, minLength),
    hash: (password, sender) => run(sender, () => bcrypt.hash(normalisePassword(password), cost)),
    verify: async (password, hash, sender) => {
      const normalised = normalisePassword(password);
      const comparable = Buffer.byteLength(normalised) <= maxPasswordBytes && normalised.isWellFormed();
      const matches = await run(sender, () => bcrypt.compare(comparable ? normalised : "", hash ?? nobodys));
      return matches && comparable && hash !== null;
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) !== cost,
  };
}
