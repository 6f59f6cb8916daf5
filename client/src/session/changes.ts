import { ownName } from "../browser/base-path.ts";

/** Held by each tab that has changes on their way while its session ends. */
const lock = () => ownName("changes");

/** Milliseconds in which every tab has heard that the session is over. */
const farewell = 500;

/** Changes that no answer has come to yet, whoever made them. */
const open = new Set<Promise<unknown>>();

/** Counts a change as on its way until it is answered, or can't be. */
export function trackChange<T>(change: Promise<T>): Promise<T> {
  const tracked = change.finally(() => open.delete(tracked));
  open.add(tracked);
  return tracked;
}

/** The session is over: what this tab changed up to now, and sends on its way out, comes before the server hears of it. */
export function sayFarewell(): void {
  const locks: LockManager | undefined = navigator.locks;
  locks?.request(lock(), { mode: "shared" }, settle).catch(() => {});
}

/** Waits until the server has what was changed before the session ended, in any tab, or turned out to be away. */
export async function changesSettled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, farewell));
  await settle();
  const locks: LockManager | undefined = navigator.locks;
  await locks?.request(lock(), () => {});
}

async function settle(): Promise<void> {
  do {
    await Promise.allSettled(open);
    // What the page sends on its way out, and what waited for what has just been answered, comes a moment later.
    await new Promise((resolve) => setTimeout(resolve));
  } while (open.size > 0);
}
