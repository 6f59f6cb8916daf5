import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import { assemble, type Cast } from "./cast.ts";
import { invitedOrigin } from "./checks.ts";
import { fuzz } from "./fuzz.ts";
import { planFrom } from "./plan.ts";

const plan = planFrom(process.env);

let server: TestServer;
let cast: Cast;
beforeAll(async () => {
  server = await startServer({ http: { trustProxy: ["127.0.0.1"], corsOrigins: [invitedOrigin] } });
  cast = await assemble(server);
  // Files are read and compressed when they are first asked for.
  for (const path of ["/", "/graphql"])
    await fetch(`${server.url}${path}`, { headers: { Accept: "text/html" } });
});
afterAll(() => server.close());

describe("whatever is sent", () => {
  it(`is answered as the contract has it, and changes nothing of others' (seed ${plan.seed})`, {
    timeout: 30_000 + plan.runs * 60,
  }, async () => {
    const { faults, ...figures } = await fuzz(cast, plan);
    if (process.env.FUZZ_FIGURES)
      process.stdout.write(`${JSON.stringify({ ...plan, ...figures }, null, 2)}\n`);
    expect(faults.join("\n\n")).toBe("");
    // Inputs that are all refused at the door try little.
    if (plan.only === null) expect(figures.statuses[200]).toBeGreaterThan(plan.runs / 4);
  });
});
