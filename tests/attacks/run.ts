import { findAttacks } from "./attacks.ts";
import { findHarm } from "./bounds.ts";
import { type Measured, measure, startBystander } from "./measure.ts";
import { startServerUnderAttack } from "./server-under-attack.ts";
import { tableHead, tableRow } from "./table.ts";

/**
 * `npm run attack`: every attack at full size, each on a server of its own, and what others meet meanwhile, as the
 * table of docs/security.md. `-- NAME…` takes those alone. Ends with 1 when others suffered more than they may, with 2
 * when there is no such attack. What it measures is only worth something on a machine that does nothing else.
 */

/** Seconds: a server is used before it is measured, until its code is compiled. */
const warmUp = 5;
const times = { quiet: 10, attack: 20 };

const say = (line: string) => process.stderr.write(`${line}\n`);

/** @throws Error on Ctrl-C and its like */
const interrupted = new Promise<never>((_, failed) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => failed(new Error(`ended by ${signal}`)));
});
interrupted.catch(() => {});

async function attackNewServer(name: string): Promise<Measured> {
  const server = await startServerUnderAttack("full");
  try {
    const bystander = await startBystander(server);
    try {
      await Promise.race([bystander.watch(warmUp), interrupted]);
      return await Promise.race([measure(name, "full", server, bystander, times), interrupted]);
    } finally {
      bystander.stop();
    }
  } finally {
    await server.stop();
  }
}

/** Tells what others were refused, and how often. */
function sayRefusals(refusals: string[]): void {
  for (const refusal of new Set(refusals)) {
    say(`  ${refusals.filter((other) => other === refusal).length} × ${refusal}`);
  }
}

async function run(names: string[]): Promise<boolean> {
  const all: Measured[] = [];
  for (const name of names) {
    say(`${name} …`);
    const measured = await attackNewServer(name);
    sayRefusals(measured.attacked.refusals);
    say(`  ${tableRow(measured)}`);
    all.push(measured);
  }
  process.stdout.write(`${[tableHead, ...all.map(tableRow)].join("\n")}\n`);
  return all.every((measured) => findHarm(measured).length === 0);
}

const known = findAttacks();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  say(`There is no attack ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  process.exitCode = 2;
} else {
  process.exitCode = (await run(asked.length > 0 ? asked : known)) ? 0 : 1;
}
