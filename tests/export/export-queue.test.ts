import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createExportQueue, longestTurn, type Turn } from "../../src/features/export/export-queue.ts";

const second = 1000;
const nobodyLeft = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Takes a turn, and says what has become of that. */
function startTaking(turns: ReturnType<typeof createExportQueue>) {
  const order: string[] = [];
  const take = (name: string, network = name, over = nobodyLeft) =>
    turns.take(network, over).then(
      (turn) => {
        order.push(name);
        turn.lost.catch(() => order.push(`${name} lost`));
        return turn;
      },
      () => {
        order.push(`${name} refused`);
        return null as unknown as Turn;
      },
    );
  return { order, take };
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * second);

describe("exports that read from the database at once", () => {
  it("are so many; the next waits until one of them has ended", async () => {
    const { order, take } = startTaking(createExportQueue(2));
    const first = await take("a");
    await take("b");
    void take("c");
    await pass(1);
    expect(order).toEqual(["a", "b"]);
    first.end();
    await pass(0);
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("get ten seconds from who waits, and then the slowest makes room", async () => {
    const { order, take } = startTaking(createExportQueue(2));
    const fast = await take("fast");
    const slow = await take("slow");
    fast.made(20_000_000);
    slow.made(4_000_000);
    void take("late");
    await pass(9);
    expect(order).toEqual(["fast", "slow"]);
    await pass(1);
    expect(order).toEqual(["fast", "slow", "slow lost"]);
    slow.end();
    await pass(0);
    expect(order).toEqual(["fast", "slow", "slow lost", "late"]);
    await pass(60);
    expect(order).toHaveLength(4);
  });

  it("go on for ten minutes at most while nobody waits", async () => {
    const { order, take } = startTaking(createExportQueue(2));
    const turn = await take("a");
    await pass(longestTurn / second - 1);
    expect(order).toEqual(["a"]);
    await pass(1);
    expect(order).toEqual(["a", "a lost"]);
    turn.end();
    await pass(longestTurn / second);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("come network by network, however many one of them asks for", async () => {
    const { order, take } = startTaking(createExportQueue(1));
    const first = await take("a1", "a");
    for (const name of ["a2", "a3"]) void take(name, "a").then((turn) => turn.end());
    void take("b1", "b").then((turn) => turn.end());
    first.end();
    await pass(0);
    expect(order).toEqual(["a1", "a2", "b1", "a3"]);
  });

  it("wait, four of a network, for half a minute at most", async () => {
    const turns = createExportQueue(1);
    const { order, take } = startTaking(turns);
    const first = await take("a");
    for (const name of ["1", "2", "3", "4", "5"]) void take(name, "b");
    await pass(0);
    expect(order).toEqual(["a", "5 refused"]);
    // It does not end although it was told to.
    await pass(30);
    expect(order).toEqual(["a", "5 refused", "a lost", "1 refused", "2 refused", "3 refused", "4 refused"]);
    first.end();
    expect((await take("c")).made).toBeDefined();
  });

  it("don't wait for who has gone", async () => {
    const { order, take } = startTaking(createExportQueue(1));
    const first = await take("a");
    const gone = new AbortController();
    void take("b", "b", gone.signal);
    void take("c");
    gone.abort();
    await pass(0);
    first.end();
    await pass(0);
    expect(order).toEqual(["a", "b refused", "c"]);
  });
});
