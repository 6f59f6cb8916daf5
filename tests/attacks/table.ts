import { findHarm } from "./bounds.ts";
import type { Waiting } from "./figures.ts";
import type { Measured } from "./measure.ts";

const milliseconds = (value: number) =>
  value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
const mebibytes = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 0 });
const pair = ({ p50, p99 }: Waiting) => `${milliseconds(p50)} / ${milliseconds(p99)}`;

export const tableHead = `| what | memory, MiB | others, quiet | under attack | their logins | refused | |
|---|---:|---:|---:|---:|---:|---|`;

/** @returns an attack's row of the table in docs/security.md */
export function tableRow(measured: Measured): string {
  const { what, quiet, attacked } = measured;
  const harm = findHarm(measured);
  const cells = [
    what,
    `${mebibytes(quiet.memory)} → ${mebibytes(attacked.memory)}`,
    pair(quiet.requests),
    pair(attacked.requests),
    `${milliseconds(quiet.logins.p99)} → ${milliseconds(attacked.logins.p99)}`,
    `${attacked.refusals.length} of ${attacked.answers.toLocaleString("en")}`,
    harm.length === 0 ? "held" : `**${harm.join(", ")}**`,
  ];
  return `| ${cells.join(" | ")} |`;
}
