import { describe, expect, it } from "vitest";
import { createMailQueue } from "../../src/mail/mail-queue.ts";

/** Sends jobs that end when they are told to, and notes in which order they begin. */
function createLine(bounds: { concurrency: number; maxWaiting: number }) {
  const inTurn = createMailQueue(bounds);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const send = (sender: string, count: number) =>
    Array.from({ length: count }, (_, n) => {
      const name = `${sender}${n}`;
      const done = inTurn(sender, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
      return done.then(
        () => name,
        () => `no ${name}`,
      );
    });
  /** Ends what runs, one after the other, until nothing does. */
  const run = async () => {
    for (let idle = 0; idle < 3; ) {
      const end = ends.shift();
      end?.();
      idle = end ? 0 : idle + 1;
      await new Promise(setImmediate);
    }
  };
  return { send, run, begun };
}

describe("mails that wait", () => {
  it("go out one of each sender in turn, however many somebody sends", async () => {
    const { send, run, begun } = createLine({ concurrency: 2, maxWaiting: 100 });
    send("a", 6);
    send("b", 2);
    send("c", 1);
    await run();
    expect(begun).toEqual(["a0", "a1", "a2", "b0", "c0", "a3", "b1", "a4", "a5"]);
  });

  it("and are more than there is room for are those of whoever sends the most", async () => {
    const { send, run, begun } = createLine({ concurrency: 1, maxWaiting: 6 });
    const flood = send("a", 20);
    const others = [...send("b", 2), ...send("c", 1)];
    await run();
    expect(await Promise.all(others)).toEqual(["b0", "b1", "c0"]);
    const sent = (await Promise.all(flood)).filter((name) => !name.startsWith("no "));
    expect(sent).toEqual(["a0", "a1", "a2", "a3"]);
    expect(begun).toHaveLength(7);
  });

  it("leave the place to others when one can't be sent", async () => {
    const inTurn = createMailQueue({ concurrency: 1, maxWaiting: 1 });
    const failing = inTurn("a", () => Promise.reject(new Error("refused")));
    const next = inTurn("a", async () => {});
    await expect(failing).rejects.toThrow("refused");
    await next;
    await inTurn("b", async () => {});
  });
});
