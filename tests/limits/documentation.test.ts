import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { defaultPolicies } from "../../src/rate-limits/policies.ts";

const seconds: Record<string, number> = { minute: 60, minutes: 60, hour: 3600 };

it("the table of policies in docs/api.md is the server's own", async () => {
  const text = await readFile(new URL("../../docs/api.md", import.meta.url), "utf8");
  const rows = text.matchAll(/^\| `([a-z-]+)` \| ([\d,]+) \| (\d+) (\w+) \|/gm);
  const documented = [...rows].map(([, policy, points = "", count, unit = ""]) => [
    policy,
    { points: Number(points.replace(",", "")), seconds: Number(count) * (seconds[unit] ?? Number.NaN) },
  ]);
  expect(Object.fromEntries(documented)).toEqual(defaultPolicies);
});
