import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withFleet } from "./fleet.ts";
import { type Bench, type Measurement, measure, settle } from "./measure.ts";
import type { Postgres } from "./postgres.ts";
import { cutProfile, type Profile, type Shares, summarise } from "./profile-summary.ts";
import { table } from "./report.ts";
import { ownCheckout, ownlist } from "./servers.ts";
import type { Workload } from "./workloads.ts";

/** Of a thousand, what is too little to be told. */
const least = 5;

/** Microseconds of the clock that profiles have. */
const clock = () => Number(process.hrtime.bigint() / 1000n);

type Profiled = { profile: Profile; measurement: Measurement };

/** Profiles Ownlist under a workload, for as long as it is measured. */
async function profileWorkload(postgres: Postgres, bench: Bench, workload: Workload): Promise<Profiled> {
  const folder = await mkdtemp(join(tmpdir(), "ownlist-bench-profile-"));
  try {
    const flags = [...ownlist.flags, "--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=500"];
    const measured: { measurement: Measurement; end: number }[] = [];
    await withFleet(postgres, [{ ...ownlist, flags }], 1, async ([running]) => {
      if (running === undefined) return;
      await settle(bench, running);
      const measurement = await measure(bench, workload, running);
      measured.push({ measurement, end: clock() });
    });
    // The main thread's: a thread's number stands before the last.
    const name = (await readdir(folder)).find((each) => /\.0\.\d+\.cpuprofile$/.test(each));
    const [first] = measured;
    if (name === undefined || first === undefined) throw new Error("there is no profile");
    const { measurement, end } = first;
    const whole: Profile = JSON.parse(await readFile(join(folder, name), "utf8"));
    return { profile: cutProfile(whole, end - bench.options.seconds * 1e6, end), measurement };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rows = (shares: Shares) =>
  shares
    .filter(({ part }) => part * 1000 >= least)
    .slice(0, 25)
    .map(({ name, part }) => [name, (part * 100).toFixed(1)]);

/**
 * Profiles Ownlist under each workload that is chosen and runs in one process.
 * @param folder gets a .cpuprofile for each, which browsers and editors open
 * @returns where the time went, in Markdown
 */
export async function profileAll(postgres: Postgres, bench: Bench, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const parts: string[] = [];
  for (const workload of bench.options.workloads.filter(({ processes }) => processes === 1)) {
    const { profile, measurement } = await profileWorkload(postgres, bench, workload);
    await writeFile(join(folder, `${workload.name}.cpuprofile`), JSON.stringify(profile));
    const { places, functions } = summarise(profile, ownCheckout);
    const { cpu, requestsPerSecond } = measurement;
    parts.push(
      `**${workload.title}**: ${cpu.toFixed(3)} ms of processor time a request, ${requestsPerSecond.toFixed(0)} requests/s, while it is watched`,
      table(["where", "% of its busy time"], rows(places)),
      table(["function", "% of its busy time"], rows(functions)),
    );
  }
  return `${parts.join("\n\n")}\n`;
}
