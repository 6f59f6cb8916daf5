import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { drawChart } from "../../bench/chart.ts";
import { judgeAll } from "../../bench/goals.ts";
import { fillPage } from "../../bench/page.ts";
import { writeReport } from "../../bench/report.ts";
import type { Results } from "../../bench/results.ts";
import { example, measured } from "./measured.ts";

const cells = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Has an older Ownlist in Mercurius's place. */
function withBefore({ servers, measurements, ...others }: Results): Results {
  const rename = (name: string) => (name === "mercurius" ? "before" : name);
  return {
    ...others,
    servers: servers.map((server) => ({ ...server, name: rename(server.name) })),
    measurements: measurements.map((each) => ({ ...each, server: rename(each.server) })),
  };
}

describe("the goals", () => {
  const judgements = new Map(judgeAll(example).map((each) => [each.title, each]));

  it.each([
    [
      "list of 20, another user each time",
      "0.95 at least, and ahead of the others",
      "0.96",
      "0.80 (Mercurius)",
      true,
    ],
    ["the same list again and again", "1.60 at least", "1.50", "0.75 (Mercurius)", false],
    ["first page of a million", "0.90 at least", "0.50", "0.95 (Mercurius)", false],
    ["time of the middle page, of the first page's (p50)", "1.30 at most", "1.11", "1.00 (Mercurius)", true],
    ["list of 20 with 2 processes, of the limit's with 2", "0.90 at least", "0.97", "0.93 (Mercurius)", true],
    [
      "logins with nothing else to do, of what the cores can hash",
      "0.90 at least",
      "0.90",
      "0.75 (Mercurius)",
      true,
    ],
    [
      "logins refused as too many, of 200 at once",
      "63 of 200 at most",
      "71 of 200",
      "0 of 200 (Mercurius)",
      false,
    ],
    [
      "p99 of the list while 200 log in, of what it is otherwise",
      "3.00 at most",
      "2.71",
      "4.00 (Mercurius)",
      true,
    ],
    ["memory under load, one process", "250 MiB at most", "201 MiB", "201 MiB (Mercurius)", true],
    ["ready on existing data", "1.00 s at most", "0.90 s", "–", true],
    ["ready on an empty folder", "2.00 s at most", "2.05 s", "–", false],
  ])("judge %s by the median of the ratios in the same round", (title, asked, reached, peers, isMet) => {
    expect(judgements.get(title)).toEqual({ title, asked, reached, peers, isMet });
  });

  it("say under which workloads another GraphQL server is faster", () => {
    expect([...judgements.values()].at(-1)).toEqual({
      title: "workloads with more requests/s than any other GraphQL server",
      asked: "all 7",
      reached: "5",
      peers: "first page of a million: Mercurius; page in the middle of a million: Mercurius",
      isMet: false,
    });
  });

  it("ask for the lead as well where they say so", () => {
    const close = measured({ list: [[1000, 1000, 1000]] });
    expect(judgeAll(close)[0]).toMatchObject({ reached: "1.00", peers: "1.00 (Mercurius)", isMet: false });
  });

  it("take an older Ownlist beside it for no rival", () => {
    const results = withBefore(measured({ list: [[1000, 1000, 1100]] }));
    expect(judgeAll(results)[0]).toMatchObject({ reached: "1.00", peers: "–", isMet: true });
  });

  it("leave out what was not measured", () => {
    const titles = judgeAll({ ...measured({ create: [[1000, 1100, 900]] }), startUps: [] }).map(
      ({ title }) => title,
    );
    expect(titles).toEqual([
      "create a task",
      "memory under load, one process",
      "workloads with more requests/s than any other GraphQL server",
    ]);
  });
});

describe("the report", () => {
  const { goals, figures } = writeReport(example);

  it("says how it was measured, and of every goal whether it is met", () => {
    expect(goals).toMatch(/^2026-11-27, 2 cores .*medians of 3 rounds/);
    const verdicts = goals
      .split("\n")
      .slice(4)
      .map((line) => cells(line)[3]);
    expect(verdicts).toHaveLength(13);
    expect(verdicts.filter((verdict) => verdict === "yes")).toHaveLength(7);
    expect(verdicts.filter((verdict) => verdict === "**no**")).toHaveLength(6);
  });

  it("has the median of every figure, and of its ratio in the same round", () => {
    const lines = figures.split("\n").map(cells);
    const lists = lines.slice(2, 5);
    expect(lists.map((line) => line.slice(0, 4))).toEqual([
      ["**list of 20, another user each time**", "limit", "2000", "1.00"],
      ["", "Ownlist", "1900", "0.96"],
      ["", "Mercurius", "1600", "0.80"],
    ]);
    expect(lines.find(([title]) => title === "logins, of what the cores can hash")).toEqual([
      "logins, of what the cores can hash",
      "0.75",
      "0.90",
      "0.75",
    ]);
    expect(figures).toContain("ready after 2.05 s on an empty folder and 0.90 s on existing data");
    expect(figures).not.toContain("NaN");
  });

  it("compares Ownlist with an older one beside it, round by round", () => {
    const lines = writeReport(withBefore(example)).figures.split("\n").map(cells);
    const start = lines.findIndex(([title]) => title === "Ownlist, of what it was before");
    // Its ratios are 1900/1600, 960/800 and 2200/1700.
    expect(lines[start + 2]?.slice(0, 3)).toEqual(["list of 20, another user each time", "1.20", "0.83"]);
    expect(figures).not.toContain("before");
  });

  it("leaves out what a run that broke off did not come to", () => {
    const [list, ...others] = example.workloads;
    const measurements = example.measurements.filter(({ workload }) => workload === list?.name);
    const broken = { ...example, measurements, startUps: [] };
    const whole = { ...broken, workloads: example.workloads.slice(0, 1) };
    expect(others.length).toBeGreaterThan(0);
    expect(writeReport(broken)).toEqual(writeReport(whole));
    expect(drawChart(broken, 1)).toBe(drawChart(whole, 1));
  });

  it("takes the place of the one before in a page, and touches nothing else", () => {
    const page =
      "# Page\n<!-- goals -->\nold\n<!-- /goals -->\ntext\n<!-- figures --><!-- /figures -->\nend\n";
    const filled = fillPage(page, { goals: "$& 1", figures: "2" });
    expect(filled).toBe(
      "# Page\n<!-- goals -->\n$& 1\n<!-- /goals -->\ntext\n<!-- figures -->\n2\n<!-- /figures -->\nend\n",
    );
    expect(fillPage(filled, { goals: "$& 1", figures: "2" })).toBe(filled);
    expect(() => fillPage("# Page\n", { goals: "", figures: "" })).toThrow("no <!-- goals -->");
  });

  it("has its places in docs/performance.md", () => {
    const page = readFileSync(new URL("../../docs/performance.md", import.meta.url), "utf8");
    const filled = fillPage(page, { goals: "these goals", figures: "these figures" });
    expect(filled).toMatch(/these goals.*these figures/s);
  });
});
