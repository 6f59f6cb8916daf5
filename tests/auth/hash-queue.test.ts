import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Refusal } from "../../src/errors.ts";
import { createHashQueue } from "../../src/features/accounts/hash-queue.ts";

/** A queue whose jobs run until they are told to end; `begun` has their names in the order of their turns. */
function openQueue(lanes = 1) {
  const { run, checkRoom } = createHashQueue(lanes);
  const begun: string[] = [];
  const refused = new Map<string, number>();
  const ends = new Map<string, PromiseWithResolvers<void>>();

  /** Asks for a job called "a1", whose network is "a". */
  function ask(name: string, isGone = () => false): void {
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    const job = () => {
      begun.push(name);
      return end.promise;
    };
    run({ network: name.replace(/\d+$/, ""), isGone }, job).catch((error) => {
      if (!(error instanceof Refusal)) return;
      expect(error.code).toBe("RATE_LIMITED");
      refused.set(name, Number(error.headers["Retry-After"]));
    });
  }
  const askAll = (network: string, count: number) => {
    for (let number = 1; number <= count; number++) ask(`${network}${number}`);
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  async function end(name: string, error?: Error): Promise<void> {
    if (error === undefined) ends.get(name)?.resolve();
    else ends.get(name)?.reject(error);
    await settle();
  }
  /** Ends whatever has begun, one after the other, until nothing is left. */
  async function endAll(): Promise<void> {
    for (let next = 0; next < begun.length; next++) await end(begun[next] ?? "");
  }
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  /** Whether there would be room for one of a network. */
  function hasRoom(network: string): boolean {
    try {
      checkRoom({ network, isGone: () => false });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      return false;
    }
  }
  return { ask, askAll, settle, end, endAll, hasRoom, begun, refused };
}

describe("those who wait are served", () => {
  it("by network in turn, however many there are of each", async () => {
    const { ask, askAll, endAll, begun } = openQueue();
    askAll("a", 18);
    for (const name of ["b1", "b2", "c1"]) ask(name);
    await endAll();
    expect(begun.slice(0, 7)).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
    expect(begun).toHaveLength(21);
  });

  it("the network first that has the least running, so that none keeps all lanes while others wait", async () => {
    const { ask, end, begun } = openQueue(3);
    for (const name of ["a1", "a2", "a3", "a4", "b1", "c1"]) ask(name);
    expect(begun).toEqual(["a1", "a2", "a3"]);
    await end("a1");
    await end("a2");
    expect(begun.slice(3)).toEqual(["b1", "c1"]);
    await end("a3");
    expect(begun.slice(3)).toEqual(["b1", "c1", "a4"]);
  });

  it("after one that has failed as well", async () => {
    const { askAll, end, begun } = openQueue();
    askAll("a", 2);
    await end("a1", new Error("no memory for this"));
    expect(begun).toEqual(["a1", "a2"]);
  });
});

describe("there is room", () => {
  it("for two of each network, whoever else waits, and for more while few wait in all", async () => {
    const { askAll, settle, hasRoom, refused } = openQueue();
    expect(hasRoom("a")).toBe(true);
    askAll("a", 40);
    expect([hasRoom("a"), hasRoom("b")]).toEqual([false, true]);
    for (const network of ["b", "c", "d"]) askAll(network, 3);
    await settle();
    // One runs, and 32 wait.
    const late = Array.from({ length: 7 }, (_, index) => `a${index + 34}`);
    expect([...refused.keys()]).toEqual([...late, "b3", "c3", "d3"]);
    expect(new Set(refused.values())).toEqual(new Set([1]));
  });

  it("for 256 in all, however many networks somebody has", async () => {
    const { ask, settle, refused } = openQueue();
    for (let index = 0; index < 300; index++) ask(`${"n".repeat(index)}1`);
    await settle();
    expect(refused.size).toBe(300 - 257);
  });

  it("again when somebody has gone away, for whom nothing is hashed", async () => {
    const { ask, askAll, end, settle, begun, refused } = openQueue();
    askAll("a", 33);
    let isGone = false;
    ask("b1", () => isGone);
    ask("b2", () => isGone);
    isGone = true;
    ask("b3");
    ask("b4");
    await settle();
    expect([...refused.keys()]).toEqual(["b1", "b2"]);
    await end("a1");
    await end("a2");
    expect(begun).toEqual(["a1", "a2", "b3"]);
  });
});

it("who has had no turn in five seconds is refused, and nothing is hashed for nobody", async () => {
  const { ask, end, begun, refused } = openQueue();
  ask("a1");
  ask("a2");
  await vi.advanceTimersByTimeAsync(3000);
  ask("b1");
  await vi.advanceTimersByTimeAsync(1999);
  expect(refused.size).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect([...refused]).toEqual([["a2", 5]]);
  await end("a1");
  await vi.advanceTimersByTimeAsync(60_000);
  await end("b1");
  expect([begun, refused.size]).toEqual([["a1", "b1"], 1]);
  ask("c1");
  expect(begun).toEqual(["a1", "b1", "c1"]);
});
