import { ownName } from "../browser/base-path.ts";

/** How long the others have, in milliseconds, to hear what came out of a turn before the next one begins. */
const newsTime = 100;

let last: Promise<unknown> = Promise.resolve();

/**
 * Sends what reads or changes the refresh token's cookie: one request at a time in all tabs of this browser, so that
 * none overtakes another. Where there are no Web Locks, which is where the page came over plain HTTP, one at a time in
 * this tab; the server's grace for a token that was used twice at once covers the others.
 */
export function inCookieTurn<T>(work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  }
  return new Promise((resolve, reject) => {
    const hold = async () => {
      await work().then(resolve, reject);
      await new Promise((done) => setTimeout(done, newsTime));
    };
    locks.request(ownName("refresh"), hold).catch(reject);
  });
}
