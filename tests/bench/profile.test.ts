import { describe, expect, it } from "vitest";
import { cutProfile, type Profile, summarise } from "../../bench/profile-summary.ts";

const root = "/some/checkout";
const node = (id: number, functionName: string, url: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

/** Taken once a millisecond. */
function profileOf(...samples: number[]): Profile {
  return {
    nodes: [
      node(1, "(root)", "", 2, 3, 4, 5),
      node(2, "(idle)", ""),
      node(3, "(garbage collector)", ""),
      node(4, "onread", "node:net", 6),
      node(5, "(program)", ""),
      node(6, "list", `file://${root}/src/features/tasks/list.ts`, 7, 9),
      node(7, "query", `file://${root}/node_modules/pg/lib/client.js`, 8),
      node(8, "writeBuffer", ""),
      node(9, "toString", "", 10),
      node(10, "go", `${root}/node_modules/other/node_modules/@scope/name/lib/index.js`),
    ],
    startTime: 5_000,
    endTime: 5_000 + samples.length * 1000,
    samples,
    timeDeltas: samples.map(() => 1000),
  };
}

describe("a profile's summary", () => {
  const { places, functions } = summarise(profileOf(2, 2, 3, 4, 5, 6, 7, 8, 8, 8, 9, 10), root);

  it("counts native code with whom it works for, and leaves out idle time", () => {
    expect(Object.fromEntries(places.map(({ name, part }) => [name, Math.round(part * 10)]))).toEqual({
      pg: 4,
      "Node.js": 2,
      "src/features/tasks": 2,
      "garbage collection": 1,
      "@scope/name": 1,
    });
  });

  it("names functions with where they are, the one that took most first", () => {
    expect(functions[0]).toEqual({ name: "writeBuffer, pg", part: 0.3 });
    expect(functions.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "query client.js:10, pg",
        "toString, src/features/tasks",
        "onread node:net:10, Node.js",
      ]),
    );
  });
});

it("a profile is cut to what was measured", () => {
  const cut = cutProfile(profileOf(4, 6, 7, 8), 6_500, 8_100);
  expect(cut).toMatchObject({ startTime: 6_500, endTime: 8_100, samples: [6, 7], timeDeltas: [500, 1000] });
});
