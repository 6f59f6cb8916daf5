const tails = new Map<string, Promise<unknown>>();

/**
 * Runs one job after another for the same task, so that each sees the version that the one before it made.
 * A job that has nobody to wait for starts at once.
 */
export function inTurn<T>(id: string, job: () => Promise<T>): Promise<T> {
  const tail = tails.get(id);
  const turn = tail ? tail.then(job, job) : job();
  tails.set(id, turn);
  const leave = () => {
    if (tails.get(id) === turn) tails.delete(id);
  };
  turn.then(leave, leave);
  return turn;
}
