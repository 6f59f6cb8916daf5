/**
 * Tells what share of the time each of several has had that run at once: of two, each has half of it while both run. So
 * nobody's share grows with what others do, and all shares together are no more than the time that went by.
 *
 * @param now milliseconds from any moment on
 * @returns what begins a share; it returns what ends it and tells its milliseconds
 */
export function createTimeShares(now: () => number = () => performance.now()) {
  let running = 0;
  /** What one that has run from the start would have had. */
  let had = 0;
  let since = 0;

  function advance(): void {
    const time = now();
    if (running > 0) had += (time - since) / running;
    since = time;
  }

  return function begin(): () => number {
    advance();
    running++;
    const before = had;
    return () => {
      advance();
      running--;
      return had - before;
    };
  };
}
