import { rateLimited } from "../../errors.ts";
import type { Caller } from "../../identity/caller.ts";
import { createLines } from "../../runtime/lines.ts";

/** For whom something is hashed. */
export type Sender = Pick<Caller, "network" | "isGone">;

/** Milliseconds by the clock that somebody waits for a turn. */
const longestWait = 5000;

/** Who may wait from each network, however many wait from others. */
const share = 2;

/** While fewer than so many wait in all, a network may have more than its share: it takes no turn from others. */
const roomy = 32;

/** Who may wait in all: each holds a request in memory. */
const most = 256;

type Turn = { readonly sender: Sender; begin(): void; giveUp(): void };

const tooMany = (seconds: number) =>
  rateLimited(seconds, "Too many people are logging in at this moment. Try again shortly.");

/**
 * Runs jobs a few at a time. Those that have to wait are served by network in turn, whichever has the least running
 * first, so that however many come from one, each other waits for one of its jobs at a time.
 *
 * @param lanes how many run at once
 */
export function createHashQueue(lanes: number) {
  const waiting = createLines<Turn>();
  /** How many of a network's jobs run. */
  const running = new Map<string, number>();
  let runningInAll = 0;

  const countRunning = (network: string) => running.get(network) ?? 0;

  function addRunning(network: string, change: 1 | -1): void {
    const count = countRunning(network) + change;
    if (count === 0) running.delete(network);
    else running.set(network, count);
    runningInAll += change;
  }

  /** Who has gone away gives the place to others. */
  function dropGone(network: string): void {
    for (const turn of [...waiting.of(network)]) if (turn.sender.isGone()) turn.giveUp();
  }

  function checkRoom({ network }: Sender): void {
    if (runningInAll < lanes) return;
    dropGone(network);
    const isRoomy = waiting.size < roomy || waiting.of(network).length < share;
    if (waiting.size >= most || !isRoomy) throw tooMany(1);
  }

  function waitForTurn(sender: Sender): Promise<void> {
    const { network } = sender;
    checkRoom(sender);
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        sender,
        begin() {
          clearTimeout(timer);
          resolve();
        },
        giveUp() {
          clearTimeout(timer);
          waiting.remove(network, turn);
          reject(tooMany(longestWait / 1000));
        },
      };
      const timer = setTimeout(turn.giveUp, longestWait);
      waiting.add(network, turn);
    });
  }

  function beginNext(): void {
    for (const network of waiting.owners()) dropGone(network);
    const turn = waiting.next(countRunning);
    if (turn === undefined) return;
    addRunning(turn.sender.network, 1);
    turn.begin();
  }

  return {
    /**
     * Before anything is done for somebody that takes a job in the end.
     * @throws Refusal RATE_LIMITED where there is no room to wait for one
     */
    checkRoom,
    /**
     * Runs a job.
     * @throws Refusal RATE_LIMITED, before it has begun, where there is no room, or it has had no turn in five seconds
     */
    async run<T>(sender: Sender, job: () => Promise<T>): Promise<T> {
      // Whoever has waited was counted as running when the turn came.
      if (runningInAll >= lanes) await waitForTurn(sender);
      else addRunning(sender.network, 1);
      try {
        return await job();
      } finally {
        addRunning(sender.network, -1);
        beginNext();
      }
    },
  };
}
