import type { Results } from "../../bench/results.ts";
import { servers } from "../../bench/servers.ts";
import { workloads } from "../../bench/workloads.ts";

/** Requests a second of the limit, Ownlist and Mercurius, in each of three rounds. */
type Rounds = [number, number, number][];

const names = ["limit", "ownlist", "mercurius"];

/** @returns what a run would have measured: under each workload that is named, each server's requests a second */
export function measured(requests: Record<string, Rounds>): Results {
  const measurements = Object.entries(requests).flatMap(([workload, rounds]) =>
    rounds.flatMap((round, index) =>
      names.map((server, at) => ({
        server,
        workload,
        round: index + 1,
        requestsPerSecond: round[at] ?? 0,
        p50: 16_000 / (round[at] ?? 0),
        p99: 32_000 / (round[at] ?? 0),
        cpu: 0.5,
        memory: workload.endsWith("2") ? 400 : 200 + index,
        ...(workload === "beside" && { logins: { perSecond: 20, refused: at === 1 ? 70 + index : 0 } }),
      })),
    ),
  );
  return {
    date: "2026-11-27",
    machine: "2 cores (<some> & other), Node.js 26.10.0, PostgreSQL 18.4",
    rounds: 3,
    connections: 16,
    seconds: 3,
    warmUp: 1.5,
    servers: servers.filter(({ name }) => names.includes(name)),
    workloads: workloads.filter(({ name }) => name in requests),
    measurements,
    hashRates: [40, 20, 20],
    startUps: [
      { emptyFolder: 2100, existingData: 700 },
      { emptyFolder: 1900, existingData: 1200 },
      { emptyFolder: 2050, existingData: 900 },
    ],
  };
}

/** The machine gives half as much in the second round, to all alike. */
export const example = measured({
  list: [
    [2000, 1900, 1600],
    [1000, 960, 800],
    [2000, 2200, 1700],
  ],
  again: [
    [2000, 3000, 1500],
    [2000, 3000, 1500],
    [2000, 3000, 1500],
  ],
  first: [
    [2000, 1000, 1900],
    [2000, 1000, 1900],
    [2000, 1000, 1900],
  ],
  middle: [
    [1600, 900, 1900],
    [1600, 900, 1900],
    [1600, 900, 1900],
  ],
  login: [
    [30, 36, 30],
    [15, 19, 15],
    [30, 10, 30],
  ],
  beside: [
    [500, 700, 400],
    [500, 700, 400],
    [500, 700, 400],
  ],
  list2: [
    [3000, 2900, 2800],
    [3000, 2900, 2800],
    [3000, 2900, 2800],
  ],
});
