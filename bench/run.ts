import { readFile, writeFile } from "node:fs/promises";
import { type Answers, checkServer, compareAnswers } from "./check.ts";
import { type Running, withFleet } from "./fleet.ts";
import { measureHashRate } from "./hash-rate.ts";
import { type Bench, measure, settle } from "./measure.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { updatePage } from "./page.ts";
import type { People } from "./people.ts";
import type { Postgres } from "./postgres.ts";
import { withBench } from "./prepared.ts";
import { profileAll } from "./profile.ts";
import { writeReport } from "./report.ts";
import { describeMachine, type Results } from "./results.ts";
import { measureStartUp } from "./start-up.ts";
import type { Workload } from "./workloads.ts";

const say = (line: string) => process.stderr.write(`${line}\n`);

/** @throws Error when the servers don't all give the same answers */
async function checkAll(fleet: Running[], people: People): Promise<void> {
  let reference: Answers | undefined;
  for (const running of fleet) {
    const answers = await checkServer(running, people);
    reference ??= answers;
    compareAnswers(running.server.title, answers, reference);
    say(`${running.server.title}: the answers are right`);
  }
}

/** In every other round the other way round, so that what changes with time hits all alike. */
const inTurn = <T>(all: T[], round: number) => (round % 2 === 1 ? all : all.toReversed());

/** Puts a workload on one server after the other. */
async function measureWorkload(
  bench: Bench,
  workload: Workload,
  fleet: Running[],
  results: Results,
  round: number,
) {
  for (const running of inTurn(fleet, round)) {
    const { server } = running;
    const measurement = await measure(bench, workload, running);
    results.measurements.push({ server: server.name, workload: workload.name, round, ...measurement });
    const { requestsPerSecond, p50, p99 } = measurement;
    const figures = `${requestsPerSecond.toFixed(0)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
    say(`${round} ${workload.title}: ${server.title} ${figures}`);
  }
}

/** Keeps what was measured so far, so that a run that fails at its end was not for nothing. */
async function keep(results: Results, { json }: Options): Promise<void> {
  if (json !== null) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
}

async function measureAll(postgres: Postgres, bench: Bench): Promise<Results> {
  const { options, people } = bench;
  const [setting] = await postgres.query<{ server_version: string }>("postgres", "SHOW server_version");
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(setting?.server_version ?? ""),
    rounds: options.rounds,
    connections: options.connections,
    seconds: options.seconds,
    warmUp: options.warmUp,
    servers: options.servers.map(({ name, title, hasRowSecurity }) => ({ name, title, hasRowSecurity })),
    workloads: options.workloads.map(({ name, title, processes }) => ({ name, title, processes })),
    measurements: [],
    hashRates: [],
    startUps: [],
  };
  const workloads = (processes: number) => options.workloads.filter((each) => each.processes === processes);

  await withFleet(postgres, options.servers, 1, async (fleet) => {
    await checkAll(fleet, people);
    for (const running of fleet) await settle(bench, running);
    for (let round = 1; round <= options.rounds; round++) {
      results.hashRates.push(await measureHashRate(options.seconds));
      for (const workload of workloads(1)) await measureWorkload(bench, workload, fleet, results, round);
      await keep(results, options);
    }
  });
  for (let round = 1; round <= options.rounds; round++) {
    // One at a time: PostgreSQL has not connections for all of them.
    for (const server of workloads(2).length > 0 ? inTurn(options.servers, round) : [])
      await withFleet(postgres, [server], 2, async (fleet) => {
        for (const running of fleet) await settle(bench, running);
        for (const workload of workloads(2)) await measureWorkload(bench, workload, fleet, results, round);
      });
    if (options.startUp) results.startUps.push(await measureStartUp());
    await keep(results, options);
  }
  return results;
}

async function report(results: Results, { markdown, page }: Options): Promise<void> {
  const { goals, figures } = writeReport(results);
  const text = `${goals}\n\n${figures}\n`;
  process.stdout.write(text);
  if (markdown !== null) await writeFile(markdown, text);
  if (page !== null) await updatePage(page, results);
}

async function run(options: Options): Promise<void> {
  const { from, profile } = options;
  if (from !== null) return report(JSON.parse(await readFile(from, "utf8")), options);
  if (profile === null) return report(await withBench(options, measureAll), options);
  process.stdout.write(await withBench(options, (postgres, bench) => profileAll(postgres, bench, profile)));
}

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(usage);
else await run(options);
