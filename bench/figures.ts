import type { Results } from "./results.ts";
import type { StartUp } from "./start-up.ts";

export type Figure = "requestsPerSecond" | "p50" | "p99" | "cpu" | "memory";

/** What stands in the tables: medians of the rounds, of servers and workloads by name; NaN for what was not measured. */
export type Figures = {
  value(server: string, workload: string, figure: Figure): number;
  /** Of the ratios to another's figures in the same rounds: the limit's under the same workload, unless said otherwise. */
  ratio(
    server: string,
    workload: string,
    figure: Figure,
    to?: { server?: string; workload?: string },
  ): number;
  /** Logins, of what the cores can hash. */
  hashing(server: string): number;
  /** Logins that were refused of those at once. */
  refused(server: string): number;
  /** MiB under the workload that takes most, with one process. */
  memory(server: string): number;
  /** Milliseconds. */
  startUp(kind: keyof StartUp): number;
};

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

export function figuresOf(results: Results): Figures {
  const { measurements, hashRates, startUps, workloads } = results;
  const limit = results.servers[0]?.name ?? "";
  const measured = (server: string, workload: string) =>
    measurements.filter((each) => each.server === server && each.workload === workload);
  const of = (server: string, workload: string, figure: Figure) =>
    measured(server, workload).map((each) => each[figure]);
  const against = (own: number[], others: number[]) =>
    median(own.map((each, round) => each / (others[round] ?? Number.NaN)));
  const value = (server: string, workload: string, figure: Figure) => median(of(server, workload, figure));
  return {
    value,
    ratio: (server, workload, figure, to = {}) =>
      against(of(server, workload, figure), of(to.server ?? limit, to.workload ?? workload, figure)),
    hashing: (server) => against(of(server, "login", "requestsPerSecond"), hashRates),
    refused: (server) => median(measured(server, "beside").flatMap(({ logins }) => logins?.refused ?? [])),
    memory(server) {
      const alone = workloads.filter(({ processes }) => processes === 1);
      const all = alone
        .map(({ name }) => value(server, name, "memory"))
        .filter((each) => !Number.isNaN(each));
      return all.length === 0 ? Number.NaN : Math.max(...all);
    },
    startUp: (kind) => median(startUps.map((each) => each[kind])),
  };
}
