import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

it("GraphiQL's files can be read below `node --watch`, as npm run dev runs the server", async () => {
  const script = join(import.meta.dirname, "bundle-names.ts");
  const child = spawn(process.execPath, ["--watch", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  child.kill();
  await once(child, "exit");
  expect(line).toBe("graphiql.js,graphiql.css,editor-worker.js,json-worker.js,graphql-worker.js");
});
