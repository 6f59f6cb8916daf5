import { expect, it } from "vitest";
import { createTimeShares } from "../../src/db/time-shares.ts";

let time = 0;
const begin = createTimeShares(() => time);

it("one alone has had all of the time, and of the time before and after it nothing", () => {
  time += 1000;
  const end = begin();
  time += 30;
  expect(end()).toBe(30);
  time += 1000;
  expect(begin()()).toBe(0);
});

it("several have had equal shares of the time in which all of them ran", () => {
  const first = begin();
  time += 10;
  const second = begin();
  const third = begin();
  time += 30;
  expect(second()).toBe(10);
  time += 8;
  expect(third()).toBe(14);
  time += 5;
  expect(first()).toBe(10 + 10 + 4 + 5);
});
