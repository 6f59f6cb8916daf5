/**
 * Keeps so many senders at it, each waiting for its answer, or its refusal, before it sends the next, until the signal
 * is aborted.
 */
export async function flood(
  signal: AbortSignal,
  senders: number,
  send: () => Promise<unknown>,
): Promise<void> {
  const sender = async () => {
    while (!signal.aborted) await send().catch(() => {});
  };
  await Promise.all(Array.from({ length: senders }, sender));
}

/** Waits until the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
