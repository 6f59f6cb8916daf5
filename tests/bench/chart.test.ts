import { describe, expect, it } from "vitest";
import { drawChart } from "../../bench/chart.ts";
import { example, measured } from "./measured.ts";

const toNumber = (text: string | undefined) => Number(text);

/** The bars of a chart and the figures beside them, in its order. */
function read(svg: string) {
  const bars = [...svg.matchAll(/<rect class="(own|other)" x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)];
  const figures = [...svg.matchAll(/<text class="figure (?:own|other)"[^>]*>([^<]+)</g)];
  return bars.map(([, kind, width], index) => ({
    kind,
    width: toNumber(width),
    figure: toNumber(figures[index]?.[1]),
  }));
}

describe.each([1, 2] as const)("the chart in %s columns", (columns) => {
  const svg = drawChart(example, columns);

  it("has a bar for every server but the limit under every workload, as long as its ratio", () => {
    const bars = read(svg);
    expect(bars.map(({ kind, figure }) => [kind, figure])).toEqual([
      ["own", 0.96],
      ["other", 0.8],
      ["own", 1.5],
      ["other", 0.75],
      ["own", 0.5],
      ["other", 0.95],
      ["own", 0.56],
      ["other", 1.19],
      ["own", 1.2],
      ["other", 1],
      ["own", 1.4],
      ["other", 0.8],
      ["own", 0.97],
      ["other", 0.93],
    ]);
    const [longest = 0] = bars.map(({ width }) => width).toSorted((a, b) => b - a);
    for (const { width, figure } of bars) expect(width / longest).toBeCloseTo(figure / 1.5, 2);
  });

  it("draws the limit where a ratio of 1 ends", () => {
    const limits = [...svg.matchAll(/<line class="limit" x1="([\d.]+)" x2="\1"/g)].map(([, x]) =>
      toNumber(x),
    );
    const even =
      /x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*>\s*<text class="figure other"[^>]*>1.00</.exec(svg);
    expect(limits).toHaveLength(7);
    expect(new Set(limits)).toEqual(new Set([toNumber(even?.[1]) + toNumber(even?.[2])]));
  });

  it("says in words what it shows, when and on what", () => {
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc">\s*<title id="title">[^<]+</);
    const [, description] = /<desc id="desc">([^<]+)</.exec(svg) ?? [];
    expect(description).toContain("Row-level security is on for Ownlist alone.");
    expect(description).toContain("2026-11-27, 2 cores (&lt;some> &amp; other), Node.js 26.10.0");
    expect(description).toContain("list of 20, another user each time: Ownlist 0.96, Mercurius 0.80.");
  });
});

it("the chart draws the limit also where all are below it", () => {
  const [limit] =
    /<line class="limit" x1="[\d.]+"/.exec(drawChart(measured({ list: [[1000, 500, 250]] }), 1)) ?? [];
  expect(limit).toBe('<line class="limit" x1="352"');
});
