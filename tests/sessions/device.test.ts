import Bowser from "bowser";
import { expect, it, vi } from "vitest";
import { describeDevice } from "../../src/features/sessions/device.ts";

const chrome = (build: number) =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.${build} Safari/537.36`;

/** @returns how many headers are looked into while `run` runs */
function countParsed(run: () => void): number {
  const parse = vi.spyOn(Bowser, "parse");
  run();
  const { length } = parse.mock.calls;
  parse.mockRestore();
  return length;
}

it("a header is looked into once, however often it is told", () => {
  const tell = () => {
    for (let time = 0; time < 56; time++) expect(describeDevice(chrome(1))).toBe("Chrome on Linux");
  };
  expect(countParsed(tell)).toBe(1);
});

it("the headers of a page are all remembered, and of very many those that were told last", () => {
  const tell = (from: number, to: number) => () => {
    for (let build = from; build < to; build++) describeDevice(chrome(build));
  };
  expect(countParsed(tell(100, 2100))).toBe(2000);
  expect(countParsed(tell(2000, 2100))).toBe(0);
  expect(countParsed(tell(100, 101))).toBe(1);
});

it("a header that is empty says nothing", () => {
  expect(describeDevice("")).toBeNull();
});
