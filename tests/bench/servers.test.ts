import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ownCheckout, ownlist, ownlistOf } from "../../bench/servers.ts";

const checkout = mkdtempSync(join(tmpdir(), "ownlist-checkout-"));
afterAll(() => rmSync(checkout, { recursive: true }));

function startedBy(start: string) {
  writeFileSync(join(checkout, "package.json"), JSON.stringify({ scripts: { start } }));
  const { main, flags } = ownlistOf(checkout, "before", "Ownlist before");
  return { main, flags };
}

it("Ownlist is measured as npm start runs it, with the same flags of Node.js", () => {
  const main = join(checkout, "src/main.ts");
  expect(startedBy("node src/main.ts")).toEqual({ main, flags: [] });
  expect(startedBy("node --one=1 --two src/main.ts")).toEqual({ main, flags: ["--one=1", "--two"] });
  expect(ownlist.main).toBe(join(ownCheckout, "src/main.ts"));
});

it("a start that is not understood is no server", () => {
  expect(() => startedBy("node src/tools/build.ts && node src/main.ts")).toThrow("What does");
});
