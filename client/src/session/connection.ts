import { withBase } from "../browser/base-path.ts";
import type { ConnectionState } from "../browser/connection-context.ts";

/** Fed by every request, and by its own probe while the server doesn't answer. */
type Connection = Omit<ConnectionState, "probe">;

const firstPause = 1_000;
const longestPause = 15_000;

let state: Connection = { away: false, returns: 0 };
let pause = firstPause;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

/** The state now; the same object until it changes. */
export function getConnection(): Connection {
  return state;
}

/** Calls back on each change. Returns the function that stops it. */
export function onConnectionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A request got no answer, or one that says "not now". Starts probing until the server is ready. */
export function markAway(): void {
  if (state.away) return;
  pause = firstPause;
  set({ ...state, away: true });
  addEventListener("online", probeNow);
  schedule();
}

/** A request was answered. */
export function markBack(): void {
  if (!state.away) return;
  clearTimeout(timer);
  removeEventListener("online", probeNow);
  set({ away: false, returns: state.returns + 1 });
}

/** Asks at once instead of at the next turn; a server that doesn't answer is away from then on. */
export function probeNow(): void {
  clearTimeout(timer);
  void probe();
}

function schedule(): void {
  timer = setTimeout(probe, pause);
  pause = Math.min(pause * 2, longestPause);
}

async function probe(): Promise<void> {
  try {
    const response = await fetch(withBase("/ready"), {
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) return markBack();
  } catch {
    // Still away.
  }
  if (state.away) schedule();
  else markAway();
}
