import type { Client } from "urql";

/** The last job of each task, for each client: what one user waits for is nothing to the next. */
const tails = new WeakMap<Client, Map<string, Promise<unknown>>>();

/**
 * Runs one job after another for the same task, so that each sees the version that the one before it made.
 * A job that has nobody to wait for starts at once.
 */
export function inTurn<T>(client: Client, id: string, job: () => Promise<T>): Promise<T> {
  const own = tails.get(client) ?? new Map<string, Promise<unknown>>();
  tails.set(client, own);
  const tail = own.get(id);
  const turn = tail ? tail.then(job, job) : job();
  own.set(id, turn);
  const leave = () => {
    if (own.get(id) === turn) own.delete(id);
  };
  turn.then(leave, leave);
  return turn;
}
