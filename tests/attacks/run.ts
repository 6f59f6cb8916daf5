import { findAttacks } from "./attacks.ts";
import { findHarm } from "./bounds.ts";
import type { Waiting } from "./figures.ts";
import { type Measured, measure, startBystander } from "./measure.ts";
import { startServerUnderAttack } from "./server-under-attack.ts";

/**
 * `npm run attack`: every attack at full size, each on a server of its own, and what others meet meanwhile, as the
 * table of docs/security.md. `-- NAME…` takes those alone. Ends with 1 when others suffered more than they may.
 */
const times = { quiet: 10, attack: 20 };

/** Seconds that a server is used before it is measured, until its code is compiled. */
const warmUp = 5;

async function attackOnce(name: string): Promise<Measured> {
  const server = await startServerUnderAttack("full");
  try {
    const bystander = await startBystander(server);
    await bystander.watch(warmUp);
    try {
      return await measure(name, "full", server, bystander, times);
    } finally {
      bystander.stop();
    }
  } finally {
    await server.stop();
  }
}

const milliseconds = (value: number) =>
  value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
const mebibytes = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 0 });
const pair = ({ p50, p99 }: Waiting) => `${milliseconds(p50)} / ${milliseconds(p99)}`;

function row(measured: Measured): string {
  const { what, quiet, attacked } = measured;
  const cells = [
    what,
    `${mebibytes(quiet.memory)} → ${mebibytes(attacked.memory)}`,
    pair(quiet.requests),
    pair(attacked.requests),
    `${milliseconds(quiet.logins.p99)} → ${milliseconds(attacked.logins.p99)}`,
    `${attacked.refusals.length} of ${attacked.answers}`,
    findHarm(measured).join(", ") || "held",
  ];
  return `| ${cells.join(" | ")} |\n`;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const known = findAttacks();
const names = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  say(`There is no attack ${unknown.join(", ")}: ${known.join(", ")}.`);
  process.exit(2);
}
let isHeld = true;
const rows: string[] = [];
for (const name of names) {
  say(`${name} …`);
  const measured = await attackOnce(name);
  if (findHarm(measured).length > 0) isHeld = false;
  const { refusals } = measured.attacked;
  for (const refusal of new Set(refusals)) {
    say(`  refused ${refusals.filter((other) => other === refusal).length} times, ${refusal}`);
  }
  rows.push(row(measured));
  say(`  ${rows.at(-1)}`);
}
process.stdout.write(`| what | memory, MiB | others, quiet | under attack | logins | others refused | |
|---|---:|---:|---:|---:|---:|---|
${rows.join("")}`);
process.exitCode = isHeld ? 0 : 1;
