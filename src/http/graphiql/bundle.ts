import { on } from "node:events";
import { Worker } from "node:worker_threads";

/** GraphiQL as the package brings it: what the page loads, and Monaco's workers. */
export type GraphiqlBundle = Record<
  "graphiql.js" | "graphiql.css" | "editor-worker.js" | "json-worker.js" | "graphql-worker.js",
  Uint8Array<ArrayBuffer>
>;

/** Takes the sources out of the package that holds them as strings. */
export async function readBundle(): Promise<GraphiqlBundle> {
  const worker = new Worker(new URL("./bundle-worker.ts", import.meta.url));
  worker.unref();
  // Below `node --watch` a worker tells of the modules that it loads as well.
  for await (const [message] of on(worker, "message", { close: ["exit"] })) {
    if ("graphiql.js" in message) return message as GraphiqlBundle;
  }
  throw new Error("GraphiQL's files can't be read.");
}
