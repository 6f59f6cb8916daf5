import { once } from "node:events";
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
  const [bundle] = await once(worker, "message");
  return bundle as GraphiqlBundle;
}
