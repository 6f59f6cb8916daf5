import { type Figure, figuresOf } from "./figures.ts";
import { judgeAll } from "./goals.ts";
import type { Results } from "./results.ts";

const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;

/**
 * @param aligned columns to the left; what is behind them are numbers
 * @returns a table in Markdown
 */
export function table(head: string[], rows: (string | number)[][], aligned = 1): string {
  const rule = head.map((_, index) => (index < aligned ? "---" : "---:"));
  return [row(head), row(rule), ...rows.map(row)].join("\n");
}

/** @returns in a sentence how it was measured */
export function writeMethod({ machine, rounds, seconds, warmUp, connections, date }: Results): string {
  const many = `${rounds} ${rounds === 1 ? "round" : "rounds"}`;
  return `${date}, ${machine}. ${connections} connections, ${seconds} s a measurement after ${warmUp} s of warming up; medians of ${many}, × is the ratio to the limit in the same round.`;
}

function goalTable(results: Results): string {
  const judgements = judgeAll(results);
  if (judgements.length === 0) return "";
  const rows = judgements.map(({ title, asked, reached, peers, isMet }) => {
    return [title, asked, reached, isMet ? "yes" : "**no**", peers];
  });
  return table(["goal", "asked", "Ownlist", "met", "best of the other GraphQL servers"], rows, 5);
}

/** The figures that have ratios, and their digits behind the point. */
const columns: [title: string, figure: Figure, digits: number][] = [
  ["requests/s", "requestsPerSecond", 0],
  ["p50 ms", "p50", 2],
  ["p99 ms", "p99", 2],
  ["CPU ms", "cpu", 3],
  ["MiB", "memory", 0],
];

function mainTable(results: Results): string {
  const { value, ratio } = figuresOf(results);
  const rows = results.workloads.flatMap((workload) =>
    results.servers
      .filter(({ name }) => !Number.isNaN(value(name, workload.name, "p50")))
      .map((server, index) => [
        index === 0 ? `**${workload.title}**` : "",
        server.title,
        ...columns.flatMap(([, figure, digits]) => [
          value(server.name, workload.name, figure).toFixed(digits),
          ratio(server.name, workload.name, figure).toFixed(2),
        ]),
      ]),
  );
  return table(["workload", "server", ...columns.flatMap(([title]) => [title, "×"])], rows, 2);
}

/** What compares a server with itself, or with the cores. */
function ownTable(results: Results): string {
  const { ratio, hashing, refused } = figuresOf(results);
  const all: [title: string, figure: (server: string) => number, digits: number][] = [
    [
      "time of the middle page, of the first page's (p50)",
      (server) => ratio(server, "middle", "p50", { server, workload: "first" }),
      2,
    ],
    ["logins, of what the cores can hash", hashing, 2],
    [
      "p99 of the list while 200 log in, of what it is otherwise",
      (server) => ratio(server, "beside", "p99", { server, workload: "list" }),
      2,
    ],
    ["of the 200 logins refused as too many", refused, 0],
    [
      "requests/s with 2 processes, of what they are with 1",
      (server) => ratio(server, "list2", "requestsPerSecond", { server, workload: "list" }),
      2,
    ],
  ];
  const rows = all
    .map(([title, figure, digits]) => ({
      title,
      digits,
      figures: results.servers.map(({ name }) => figure(name)),
    }))
    .filter(({ figures }) => !figures.every(Number.isNaN))
    .map(({ title, digits, figures }) => [title, ...figures.map((figure) => figure.toFixed(digits))]);
  return rows.length === 0 ? "" : table(["", ...results.servers.map(({ title }) => title)], rows);
}

/** Ownlist beside an older one of itself. */
function beforeTable(results: Results): string {
  const { ratio } = figuresOf(results);
  const rows = results.workloads.map(({ name, title }) => [
    title,
    ...columns.map(([, figure]) => ratio("ownlist", name, figure, { server: "before" }).toFixed(2)),
  ]);
  const hasBefore = results.servers.some(({ name }) => name === "before");
  return hasBefore ? table(["Ownlist, of what it was before", ...columns.map(([title]) => title)], rows) : "";
}

function startUpLine(results: Results): string {
  if (results.startUps.length === 0) return "";
  const { startUp } = figuresOf(results);
  const [empty, existing] = [startUp("emptyFolder"), startUp("existingData")];
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  return `Ownlist with a database of its own is ready after ${seconds(empty)} s on an empty folder and ${seconds(existing)} s on existing data.`;
}

const join = (parts: string[]) => parts.filter((part) => part !== "").join("\n\n");

/** What a run says, in Markdown. */
export type Report = { goals: string; figures: string };

export const writeReport = (results: Results): Report => ({
  goals: join([writeMethod(results), goalTable(results)]),
  figures: join([mainTable(results), ownTable(results), beforeTable(results), startUpLine(results)]),
});
