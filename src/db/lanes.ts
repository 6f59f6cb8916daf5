import type pg from "pg";
import type { Binding } from "./binding.ts";
import type { Statement } from "./bound-query.ts";
import { isLockTimeout, isTimeUp } from "./failures.ts";
import { type Lane, laneDepth, lateness, openLane } from "./lane.ts";
import { isNotKept, type Preparing } from "./preparing.ts";
import type { Share } from "./shares.ts";

/** A few connections that all users' short statements share. */
export type Lanes = {
  /**
   * Runs a statement in a transaction of its own, as the pool would.
   *
   * @param onLong told where it held up what was behind it, or would have
   * @returns undefined where no lane takes it
   * @throws whatever the pool would, and what {@link isForPool}
   */
  run<Row extends pg.QueryResultRow>(
    binding: Binding,
    statement: Statement,
    onLong: () => void,
  ): Promise<pg.QueryResult<Row>> | undefined;
  /** Ends them all when what is under way is answered; from here on they take nothing. */
  close(): Promise<void>;
};

/** Milliseconds between looks at the lanes' clocks. */
const stepTime = 10;

/** Milliseconds before lanes are opened again after one broke or could not be had. */
const pause = 1000;

/** One of so many parts of what lanes have under way is the most that goes to one share, as of the pool's connections. */
const parts = 4;

/** What one share has under way of writes, which may have to wait for each other's rows. */
const maxWrites = 4;

const reading = /^\s*SELECT\b/;

/** What somebody has under way. */
type Holder = { held: number; writes: number; writeLane: Lane | undefined };

/**
 * Whether a lane's failure leaves nothing done that the pool could not do better: it took too long for a lane, waited for
 * a row, or what it was to be parsed with failed before it.
 */
export function isForPool(error: unknown): boolean {
  return isTimeUp(error) || isLockTimeout(error) || isNotKept(error);
}

/**
 * Opens lanes when they are first wanted, and again after they break; meanwhile none takes anything.
 *
 * @param config of each connection
 * @param count how many; 0 for none at all
 * @param preparing without which there are none: see preparing.ts
 */
export function createLanes(config: pg.ClientConfig, count: number, preparing: Preparing): Lanes {
  const lanes = new Set<Lane>();
  const holders = new Map<string, Holder>();
  let opening: Promise<void> | undefined;
  let pausedUntil = 0;
  let isClosed = count === 0;
  let isKeepingTime = false;

  function drop(lane: Lane): void {
    lanes.delete(lane);
    pausedUntil = performance.now() + pause;
  }

  async function openOne(): Promise<void> {
    try {
      lanes.add(await openLane(config, drop));
    } catch (error) {
      pausedUntil = performance.now() + pause;
      if (isNotKept(error)) preparing.stop();
    }
  }

  function open(): void {
    if (opening !== undefined || lanes.size === count || performance.now() < pausedUntil) return;
    const missing = Array.from({ length: count - lanes.size }, openOne);
    opening = Promise.all(missing).then(() => {
      opening = undefined;
    });
  }

  async function close(): Promise<void> {
    isClosed = true;
    await opening;
    await Promise.all([...lanes].map((lane) => lane.close()));
  }

  /** Has the lanes' clocks go on while anything is under way. */
  function keepTime(since: number): void {
    const look = () => {
      if (holders.size === 0) {
        isKeepingTime = false;
        return;
      }
      const now = performance.now();
      for (const lane of lanes) lane.advance(Math.min(now - since, lateness));
      keepTime(now);
    };
    // What has come meanwhile is read between the two.
    setTimeout(() => setImmediate(look), stepTime);
  }

  function findLane(): Lane | undefined {
    let found: Lane | undefined;
    for (const lane of lanes)
      if (lane.isFree && (found === undefined || lane.load < found.load)) found = lane;
    return found;
  }

  function mayTake({ isSerial }: Share, { held }: Holder): boolean {
    return isSerial ? held === 0 : held < (lanes.size * laneDepth) / parts;
  }

  /** Somebody's writes go down one lane, where they queue: in two they would wait for each other's rows. */
  function laneFor(holder: Holder, isWrite: boolean): Lane | undefined {
    if (!isWrite || holder.writeLane === undefined) return findLane();
    return holder.writes < maxWrites && holder.writeLane.isFree ? holder.writeLane : undefined;
  }

  function take(key: string, holder: Holder, lane: Lane, isWrite: boolean): void {
    holders.set(key, holder);
    holder.held++;
    if (isWrite) {
      holder.writes++;
      holder.writeLane = lane;
    }
    if (!isKeepingTime) {
      isKeepingTime = true;
      keepTime(performance.now());
    }
  }

  function give(key: string, holder: Holder, isWrite: boolean): void {
    holder.held--;
    if (isWrite && --holder.writes === 0) holder.writeLane = undefined;
    if (holder.held === 0) holders.delete(key);
  }

  return {
    run(binding, statement, onLong) {
      if (isClosed) return undefined;
      if (!preparing.isOn) {
        void close();
        return undefined;
      }
      if (lanes.size < count) open();
      const { share } = binding;
      const holder = holders.get(share.key) ?? { held: 0, writes: 0, writeLane: undefined };
      if (!mayTake(share, holder)) return undefined;
      const isWrite = !reading.test(statement.text);
      const lane = laneFor(holder, isWrite);
      if (lane === undefined) return undefined;
      return new Promise((resolve, reject) => {
        lane.send(binding, statement, (error, result, wasLong) => {
          give(share.key, holder, isWrite);
          if (wasLong || isForPool(error)) onLong();
          // Another is opened, with everything in its place.
          if (isNotKept(error)) void lane.close();
          if (error === null) resolve(result);
          else reject(error);
        });
        // What can't be sent has thrown by now.
        take(share.key, holder, lane, isWrite);
      });
    },
    close,
  };
}
