import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The clock of /proc, in ticks a second: the same on every Linux that Node.js runs on. */
const ticks = 100;

type Stat = { pid: number; parent: number; cpuSeconds: number };

/** @returns what /proc/PID/stat says (proc_pid_stat(5)); null when there is no such process any more */
function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Behind the name, which may hold anything; the first field there is the third.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
    const spent = (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0);
    return { pid, parent: Number(fields[1]), cpuSeconds: spent / ticks };
  } catch {
    return null;
  }
}

/** A process and those that it started, and so on. */
function processTree(root: number): Stat[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const all = pids.map((pid) => readStat(Number(pid))).filter((stat) => stat !== null);
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** @returns the seconds that a process and those below it have spent on processors so far */
export function cpuSeconds(pid: number): number {
  return processTree(pid).reduce((sum, stat) => sum + stat.cpuSeconds, 0);
}

/** From here on {@link peakOf} counts. */
export function resetPeak(pid: number): void {
  // proc_pid_clear_refs(5): 5 sets the peak back to what is resident now.
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** @returns the most memory that a process alone had resident, in MiB */
export function peakOf(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes ?? 0) / 1024;
}

/** From here on {@link peakMemory} counts. */
export function resetPeakMemory(root: number): void {
  for (const { pid } of processTree(root)) resetPeak(pid);
}

/** @returns the most memory that each process had resident, in MiB, added up */
export function peakMemory(root: number): number {
  return processTree(root).reduce((sum, { pid }) => sum + peakOf(pid), 0);
}
