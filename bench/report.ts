import { availableParallelism, cpus } from "node:os";
import type { Measurement } from "./measure.ts";
import type { Options } from "./options.ts";
import type { StartUp } from "./start-up.ts";

/** Everything that a run measured. */
export type Results = {
  /** What it ran on. */
  machine: string;
  measurements: (Measurement & { server: string; workload: string; round: number })[];
  /** Passwords a second that the cores can compare, one number a round. */
  hashRates: number[];
  startUps: StartUp[];
};

type Figure = "requestsPerSecond" | "p50" | "p99" | "cpu" | "memory";

export const describeMachine = (postgres: string) =>
  `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node.js ${process.versions.node}, PostgreSQL ${postgres}`;

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Looks figures up by server and workload; the first server is the limit. */
function figuresOf({ measurements }: Results, { servers: [limit] }: Options) {
  const of = (server: string, workload: string, figure: Figure) =>
    measurements
      .filter((each) => each.server === server && each.workload === workload)
      .map((each) => each[figure]);
  const value = (server: string, workload: string, figure: Figure) => median(of(server, workload, figure));
  /** Of the ratios to another's figures in the same rounds. */
  function ratio(
    server: string,
    workload: string,
    figure: Figure,
    to: { server?: string; workload?: string } = {},
  ) {
    const others = of(to.server ?? limit?.name ?? "", to.workload ?? workload, figure);
    return median(of(server, workload, figure).map((own, round) => own / (others[round] ?? Number.NaN)));
  }
  return { value, ratio };
}

const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;

function table(head: string[], rows: (string | number)[][]): string {
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [row(head), row(rule), ...rows.map(row)].join("\n");
}

function mainTable(results: Results, options: Options): string {
  const { value, ratio } = figuresOf(results, options);
  const withRatio = (server: string, workload: string, figure: Figure, digits: number) => [
    value(server, workload, figure).toFixed(digits),
    ratio(server, workload, figure).toFixed(2),
  ];
  const rows = options.workloads.flatMap((workload) =>
    options.servers.map((server, index) => [
      index === 0 ? `**${workload.title}**` : "",
      server.title,
      ...withRatio(server.name, workload.name, "requestsPerSecond", 0),
      ...withRatio(server.name, workload.name, "p50", 2),
      ...withRatio(server.name, workload.name, "p99", 2),
      ...withRatio(server.name, workload.name, "cpu", 3),
      ...withRatio(server.name, workload.name, "memory", 0),
    ]),
  );
  const head = [
    "workload",
    "server",
    "requests/s",
    "×",
    "p50 ms",
    "×",
    "p99 ms",
    "×",
    "CPU ms",
    "×",
    "MiB",
    "×",
  ];
  return table(head, rows);
}

/** What compares a server with itself, or with the cores. */
function ownTable(results: Results, options: Options): string {
  const { ratio } = figuresOf(results, options);
  const has = (...names: string[]) =>
    names.every((name) => options.workloads.some((workload) => workload.name === name));
  const rows: (string | number)[][] = [];
  const add = (title: string, cell: (server: string) => string) =>
    rows.push([title, ...options.servers.map(({ name }) => cell(name))]);
  const of = (server: string, workload: string) =>
    results.measurements.filter((each) => each.server === server && each.workload === workload);
  if (has("first", "middle")) {
    add("time of the middle page, of the first page's (p50)", (server) =>
      ratio(server, "middle", "p50", { server, workload: "first" }).toFixed(2),
    );
  }
  if (has("login")) {
    add("logins, of what the cores can hash", (server) =>
      median(
        of(server, "login").map(
          (each, round) => each.requestsPerSecond / (results.hashRates[round] ?? Number.NaN),
        ),
      ).toFixed(2),
    );
  }
  if (has("list", "beside")) {
    add("p99 of the list while 200 log in, of what it is otherwise", (server) =>
      ratio(server, "beside", "p99", { server, workload: "list" }).toFixed(2),
    );
    add("of the 200 logins refused as too many", (server) =>
      median(of(server, "beside").map((each) => each.logins?.refused ?? 0)).toFixed(0),
    );
  }
  if (has("list", "list2")) {
    add("requests/s with 2 processes, of what they are with 1", (server) =>
      ratio(server, "list2", "requestsPerSecond", { server, workload: "list" }).toFixed(2),
    );
  }
  return rows.length === 0 ? "" : table(["", ...options.servers.map(({ title }) => title)], rows);
}

function startUpLines({ startUps }: Results): string[] {
  if (startUps.length === 0) return [];
  const seconds = (figure: keyof StartUp) => (median(startUps.map((each) => each[figure])) / 1000).toFixed(2);
  return [
    `Ownlist with a database of its own is ready after ${seconds("emptyFolder")} s on an empty folder and ${seconds("existingData")} s on existing data.`,
  ];
}

/** @returns the results in Markdown */
export function writeReport(results: Results, options: Options): string {
  const { rounds, seconds, warmUp, connections } = options;
  const method = `${results.machine}. ${connections} connections, ${seconds} s a measurement after ${warmUp} s of warming up; medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}, × is the ratio to the limit in the same round.`;
  return [method, mainTable(results, options), ownTable(results, options), ...startUpLines(results)]
    .filter((part) => part !== "")
    .join("\n\n");
}
