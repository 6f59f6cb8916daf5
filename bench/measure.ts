import { type Target, writeRequest } from "./ask.ts";
import type { Running } from "./fleet.ts";
import type { Generator } from "./load/client.ts";
import type { Load, Measured } from "./load/drive.ts";
import type { Options } from "./options.ts";
import type { People } from "./people.ts";
import { cpuSeconds, peakMemory, resetPeakMemory } from "./usage.ts";
import { list, logins, type Workload } from "./workloads.ts";

/** One server under one workload in one round. */
export type Measurement = {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Milliseconds that the server's processes spent on processors for each request. */
  cpu: number;
  /** MiB. */
  memory: number;
  /** Of the logins beside it. */
  logins?: { perSecond: number; refused: number };
};

export type Bench = { generator: Generator; people: People; options: Options };

/** Logins at once, and by what a server may say that it can't take them all. */
const burst = { count: 200, connections: 200, refusals: [429, 503] };

/** Drives a server that has just started until its code is compiled: lists, for four times as long as a warm-up. */
export async function settle({ generator, people, options }: Bench, target: Target): Promise<void> {
  const requests = people.many.map((person) => writeRequest(target, list(person)));
  const load = { port: target.port, requests, connections: options.connections, expected: '"title"' };
  await generator.run({ ...load, seconds: options.warmUp * 4 });
}

/** @throws Error when a single answer is not as expected */
export async function measure(
  { generator, people, options }: Bench,
  workload: Workload,
  target: Running,
): Promise<Measurement> {
  const { seconds, warmUp, connections } = options;
  const { pid } = target;
  const operations = await workload.operations(people, target);
  const load: Load = {
    port: target.port,
    requests: operations.map((operation) => writeRequest(target, operation)),
    connections,
    expected: workload.expected,
  };
  await generator.run({ ...load, seconds: warmUp });
  resetPeakMemory(pid);
  const before = cpuSeconds(pid);
  const loads = workload.besideLogins ? [load, loginBurst(people, target)] : [{ ...load, seconds }];
  const [measured, besides] = (await generator.run(...loads)) as [Measured, Measured?];
  const cpu = cpuSeconds(pid) - before;
  return {
    requestsPerSecond: measured.answers / measured.seconds,
    p50: measured.p50 / 1000,
    p99: measured.p99 / 1000,
    cpu: (cpu * 1000) / measured.answers,
    memory: peakMemory(pid),
    ...(besides && {
      logins: {
        perSecond: (besides.answers - besides.refused) / besides.seconds,
        refused: besides.refused,
      },
    }),
  };
}

function loginBurst(people: People, target: Target): Load {
  const requests = logins(people).map((operation) => writeRequest(target, operation));
  return { port: target.port, requests, expected: '"accessToken":"', ...burst };
}
