import { createLines } from "../runtime/lines.ts";

type Turn = { begin(): void; drop(): void };

const tooMany = () => new Error("too many mails are waiting");

/**
 * Runs jobs a few at a time. Those that have to wait are served by sender, one of each in turn, so that however many
 * somebody sends, others wait for one of them at a time. Where there is room for no more, the longest line loses its
 * last: whoever fills the room fills it for themselves.
 *
 * @param bounds how many jobs run at once, and how many more may wait
 * @returns runs a job of a sender; it throws Error, before the job has begun, where there is no room for it
 */
export function createMailQueue({ concurrency, maxWaiting }: { concurrency: number; maxWaiting: number }) {
  const lines = createLines<Turn>();
  let running = 0;

  /** @throws Error where nobody has more waiting than whoever comes */
  function makeRoom(sender: string): void {
    if (lines.size < maxWaiting) return;
    const lengthOf = (owner: string) => lines.of(owner).length;
    const [longest = sender] = lines.owners().sort((a, b) => lengthOf(b) - lengthOf(a));
    const last = lines.of(longest).at(-1);
    if (last === undefined || lengthOf(longest) <= lengthOf(sender)) throw tooMany();
    lines.remove(longest, last);
    last.drop();
  }

  function wait(sender: string): Promise<void> {
    makeRoom(sender);
    return new Promise((begin, reject) => lines.add(sender, { begin, drop: () => reject(tooMany()) }));
  }

  /** Hands a place on to whoever is next, or leaves it free. */
  function leave(): void {
    const turn = lines.next();
    if (turn === undefined) running--;
    else turn.begin();
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
