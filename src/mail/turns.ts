type Turn = { begin(): void; drop(): void };

/**
 * Runs jobs a few at a time. Those that have to wait are served by sender, one of each in turn, so that however many
 * somebody sends, others wait for one of them at a time. Where there is room for no more, the longest line loses its
 * last: whoever fills the room fills it for themselves.
 *
 * @param bounds how many jobs run at once, and how many more may wait
 * @returns runs a job of a sender; it throws Error, before the job has begun, where there is no room for it
 */
export function createTurns({ concurrency, maxWaiting }: { concurrency: number; maxWaiting: number }) {
  /** Those who wait, by sender; whose turn it is comes first. */
  const lines = new Map<string, Turn[]>();
  let [running, waiting] = [0, 0];

  /** @throws Error where nobody has more waiting than whoever comes */
  function makeRoom(own: number): void {
    if (waiting < maxWaiting) return;
    const [longest = []] = [...lines.values()].sort((a, b) => b.length - a.length);
    if (longest.length <= own) throw new Error("too many mails are waiting");
    longest.pop()?.drop();
    waiting--;
  }

  function wait(sender: string): Promise<void> {
    makeRoom(lines.get(sender)?.length ?? 0);
    return new Promise((resolve, reject) => {
      const drop = () => reject(new Error("too many mails are waiting"));
      const line = lines.get(sender) ?? [];
      line.push({ begin: resolve, drop });
      lines.set(sender, line);
      waiting++;
    });
  }

  /** Hands a place on to whoever is next, or leaves it free. */
  function leave(): void {
    const [next] = lines;
    if (next === undefined) {
      running--;
      return;
    }
    const [sender, line] = next;
    const turn = line.shift();
    waiting--;
    lines.delete(sender);
    if (line.length > 0) lines.set(sender, line);
    turn?.begin();
  }

  return async function inTurn(sender: string, job: () => Promise<unknown>): Promise<void> {
    if (running >= concurrency) await wait(sender);
    else running++;
    try {
      await job();
    } finally {
      leave();
    }
  };
}
