// Runs in a thread of its own and ends when it has answered: the 9 MB of source that the package is made of
// neither stop the server while they are parsed nor stay in its memory.
import { parentPort } from "node:worker_threads";
import {
  css,
  editorWorkerService,
  graphqlWorker,
  js,
  jsonWorker,
} from "@graphql-yoga/render-graphiql/graphiql";
import type { GraphiqlBundle } from "./bundle.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const bundle: GraphiqlBundle = {
  "graphiql.js": encode(js),
  "graphiql.css": encode(css),
  "editor-worker.js": encode(editorWorkerService),
  "json-worker.js": encode(jsonWorker),
  "graphql-worker.js": encode(graphqlWorker),
};
const buffers = Object.values(bundle).map((part) => part.buffer);
parentPort?.postMessage(bundle, buffers);
