import { availableParallelism, cpus } from "node:os";
import type { Measurement } from "./measure.ts";
import type { StartUp } from "./start-up.ts";

/** Everything that a run measured, and what has to be known to read it. */
export type Results = {
  /** The day of it, as ISO 8601 has it. */
  date: string;
  /** What it ran on. */
  machine: string;
  rounds: number;
  connections: number;
  /** Of each measurement, and of the load before it that is not measured. */
  seconds: number;
  warmUp: number;
  /** In the order of the tables; what all are compared with first. */
  servers: { name: string; title: string; hasRowSecurity: boolean }[];
  workloads: { name: string; title: string; processes: number }[];
  measurements: (Measurement & { server: string; workload: string; round: number })[];
  /** Passwords a second that the cores can compare, one number a round. */
  hashRates: number[];
  startUps: StartUp[];
};

/** @param postgres its version */
export const describeMachine = (postgres: string) =>
  `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node.js ${process.versions.node}, PostgreSQL ${postgres}`;
