import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAttacks } from "./attacks.ts";
import { maxGrowth } from "./bounds.ts";
import type { Figures } from "./figures.ts";
import { type Bystander, measure, startBystander } from "./measure.ts";
import { type ServerUnderAttack, startServerUnderAttack } from "./server-under-attack.ts";

/** Seconds. */
const times = { quiet: 0.7, attack: 2 };

/** How many times as long as in quiet others may wait. The slowest of so few requests tell nothing. */
const maxFactors = { requests: 20, logins: 6 };
const bounded = [
  ["requests", "p50"],
  ["requests", "p90"],
  ["logins", "p50"],
] as const;

/** @returns what takes longer than it may, with its milliseconds */
function findWaiting(undisturbed: Figures, quiet: Figures, attacked: Figures): string[] {
  return bounded.flatMap(([what, part]) => {
    // The other tests that run beside it may have just begun.
    const before = Math.max(undisturbed[what][part], quiet[what][part] || 0);
    const [bound, waited] = [before * maxFactors[what], attacked[what][part]];
    return waited > bound ? [`${what}: ${part} is ${waited.toFixed()}, at most ${bound.toFixed()}`] : [];
  });
}

// The people come from 127.0.0.2 and so on, and what the server needs is read from /proc: both are Linux's.
describe.skipIf(process.platform !== "linux")("others are served, and soon, under the attack", () => {
  let server: ServerUnderAttack;
  let bystander: Bystander;
  let undisturbed: Figures;

  beforeAll(async () => {
    server = await startServerUnderAttack("small");
    bystander = await startBystander(server);
    await bystander.watch(2);
    undisturbed = await bystander.watch(3);
  });

  afterAll(async () => {
    bystander?.stop();
    await server?.stop();
  });

  it.each(findAttacks())("%s", async (name) => {
    const { quiet, attacked } = await measure(name, "small", server, bystander, times);
    expect(findWaiting(undisturbed, quiet, attacked)).toEqual([]);
    expect(attacked.refusals).toEqual([]);
    expect(attacked.memory - quiet.memory).toBeLessThan(maxGrowth);
  });
});
