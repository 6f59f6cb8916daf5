import { afterAll, beforeAll, expect, it } from "vitest";
import { findAttacks } from "./attacks.ts";
import { maxGrowth } from "./bounds.ts";
import type { Figures, Waiting } from "./figures.ts";
import { type Bystander, measure, startBystander } from "./measure.ts";
import { type ServerUnderAttack, startServerUnderAttack } from "./server-under-attack.ts";

/** Seconds. */
const times = { quiet: 0.7, attack: 2 };

/** How many times as long as in quiet others may wait: other tests run beside these, and not always. */
const maxFactor = 8;

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

/** @returns what takes longer than it may, with milliseconds; few are too few to tell of the slowest of them */
function findWaiting(quiet: Figures, attacked: Figures): string[] {
  const bounded: [keyof Figures & ("requests" | "logins"), keyof Waiting][] = [
    ["requests", "p50"],
    ["requests", "p90"],
    ["logins", "p50"],
  ];
  return bounded.flatMap(([what, part]) => {
    const bound = maxFactor * Math.max(undisturbed[what][part], quiet[what][part] || 0);
    const waited = attacked[what][part];
    return waited > bound ? [`${what} ${part} ${waited.toFixed()}, at most ${bound.toFixed()}`] : [];
  });
}

it.each(findAttacks())("others are served, and soon, under the attack %s", async (name) => {
  const { quiet, attacked } = await measure(name, "small", server, bystander, times);
  const f = (x: typeof quiet) =>
    [x.requests.p50, x.requests.p90, x.requests.p99, x.logins.p50, x.logins.p99, x.memory]
      .map((n) => n.toFixed(0).padStart(5))
      .join(" ");
  console.log(
    `${name.padEnd(20)} | ${f(undisturbed)} | ${f(quiet)} | ${f(attacked)} | ${attacked.refusals.length} of ${attacked.answers} ${attacked.refusals[0] ?? ""}`,
  );
  expect(findWaiting(quiet, attacked)).toEqual([]);
  expect(attacked.refusals).toEqual([]);
  expect(attacked.memory - quiet.memory).toBeLessThan(maxGrowth);
});
