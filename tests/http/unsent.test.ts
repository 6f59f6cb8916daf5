import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createUnsent } from "../../src/http/unsent.ts";

const limits = { maxUnsent: 100, maxUnsentByNetwork: 40, readingTime: 60_000, slowestReading: 10_000 };

function startCounting() {
  const unsent = createUnsent(limits);
  const hold = (network: string, bytes: number) => {
    const socket = new Socket();
    const change = unsent.open(socket, network);
    change(bytes);
    return { socket, change };
  };
  return { unsent, hold };
}

describe("what is kept for those who don't read", () => {
  it("is counted from the first byte to the last", () => {
    const { unsent, hold } = startCounting();
    const [a, b] = [hold("a", 10), hold("b", 20)];
    a.change(15);
    expect(unsent.total).toBe(35);
    a.change(0);
    b.change(5);
    expect(unsent.total).toBe(5);
    b.change(0);
    expect(unsent.total).toBe(0);
  });

  it("is at most its share of one network's: who has not read for the longest time is cut off, others not", () => {
    const { unsent, hold } = startCounting();
    const other = hold("b", 40);
    const own = [20, 20, 10, 10].map((bytes) => hold("a", bytes));
    expect(own.map(({ socket }) => socket.destroyed)).toEqual([true, false, false, false]);
    own[3]?.change(11);
    expect(own.map(({ socket }) => socket.destroyed)).toEqual([true, true, false, false]);
    expect(other.socket.destroyed).toBe(false);
    expect(unsent.total).toBe(61);
  });

  it("is at most so much of all together: the network that has the most has too much", () => {
    const { unsent, hold } = startCounting();
    const held = [hold("a", 30), hold("b", 39), hold("c", 30), hold("d", 20)];
    expect(held.map(({ socket }) => socket.destroyed)).toEqual([false, true, false, false]);
    expect(unsent.total).toBe(80);
  });

  it("is nothing any more for a connection that has been cut off, whatever comes late", () => {
    const { unsent, hold } = startCounting();
    const late = hold("a", 30);
    hold("a", 30);
    expect(late.socket.destroyed).toBe(true);
    late.change(5);
    expect(unsent.total).toBe(30);
  });

  it("may be read for a minute, and as long as 10 KB a second take", () => {
    const { unsent } = startCounting();
    expect(unsent.timeFor(0)).toBe(60_000);
    // A mobile reads 5.3 MB at 20 KB a second in half of that.
    expect(unsent.timeFor(5_300_000)).toBe(590_000);
  });
});
