import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { peakOf, resetPeak } from "../../bench/usage.ts";
import type { Size } from "./attack.ts";
import { type Figures, figuresOf, type Sample } from "./figures.ts";
import type { ServerUnderAttack } from "./server-under-attack.ts";

/** Milliseconds that an attacker has to end in before it is made to. */
const endTime = 5000;

/** The others, at work on a server. */
export type Bystander = {
  /** @returns what they have met in so many seconds from now on, while the server was at work */
  watch(seconds: number): Promise<Figures>;
  stop(): void;
};

type Child = { process: ChildProcess; hear(): Promise<unknown> };

function start(file: string, args: string[]): Child {
  const child = fork(resolve(import.meta.dirname, file), args);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${file} ${args[0]} ended with ${code}`);
  });
  // At the end of all that is nobody's failure.
  ended.catch(() => {});
  return {
    process: child,
    hear: async () => (await Promise.race([once(child, "message"), ended]))[0],
  };
}

export async function startBystander({ url, pid }: ServerUnderAttack): Promise<Bystander> {
  const { process: child, hear } = start("bystander.ts", [url]);
  await hear();
  const takeSamples = () => {
    child.send("report");
    return hear() as Promise<Sample[]>;
  };
  return {
    async watch(seconds) {
      await takeSamples();
      resetPeak(pid);
      await sleep(seconds * 1000);
      return figuresOf(await takeSamples(), peakOf(pid));
    },
    stop: () => child.disconnect(),
  };
}

export type Times = {
  /** Seconds without the attack, and under it. */
  quiet: number;
  attack: number;
};

export type Measured = {
  /** What the attack is, in words. */
  what: string;
  quiet: Figures;
  attacked: Figures;
};

/**
 * Attacks a server, and measures what others meet before and meanwhile.
 * @throws Error when the attack ends by itself: then there was none
 */
export async function measure(
  name: string,
  size: Size,
  { url, database }: ServerUnderAttack,
  bystander: Bystander,
  times: Times,
): Promise<Measured> {
  const attacker = start("attacker.ts", [name, size, JSON.stringify({ url, database })]);
  const what = (await attacker.hear()) as string;
  const quiet = await bystander.watch(times.quiet);
  attacker.process.send("attack");
  const attacked = await Promise.race([bystander.watch(times.attack), attacker.hear()]);
  await end(attacker.process);
  return { what, quiet, attacked: attacked as Figures };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.send("stop");
  const late = setTimeout(() => child.kill("SIGKILL"), endTime);
  await ended;
  clearTimeout(late);
}
