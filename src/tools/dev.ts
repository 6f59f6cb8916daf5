import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { createServer, type ViteDevServer } from "vite";
import { type Env, readEnv } from "../config/env.ts";
import { nodeFlags } from "../process/node-flags.ts";
import { findPort } from "../process/port.ts";
import { errorLine, explain } from "../runtime/start-error.ts";
import { ownPaths } from "../server/routes.ts";
import { build, generatedCode } from "./build.ts";

/**
 * `npm run dev`: web client and API on one address. The client changes in the browser as its files do, the server is
 * started again when one of its files changes, and generated code is made anew from what it is generated from.
 */
const root = resolve(import.meta.dirname, "../..");

type Listen = Env["listen"];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The API under Node's watcher, on a port of its own behind the client's. */
function startApi({ port }: Listen, apiPort: number): ChildProcess {
  const args = [...nodeFlags, "--watch", "--watch-preserve-output", join(root, "src/main.ts")];
  const child = spawn(process.execPath, args, {
    cwd: root,
    // What only other processes load would not be watched.
    env: { ...process.env, PORT: String(apiPort), HOST: "127.0.0.1", WEB_CONCURRENCY: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // People have no use for the API's own address.
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => say(line.replaceAll(`localhost:${apiPort}`, `localhost:${port}`)));
  return child;
}

async function startClient({ port, host }: Listen, apiPort: number): Promise<ViteDevServer> {
  const api = `http://127.0.0.1:${apiPort}`;
  const proxy = Object.fromEntries(ownPaths.map((path) => [path, api]));
  const vite = await createServer({
    configFile: join(root, "client/vite.config.ts"),
    logLevel: "warn",
    clearScreen: false,
    server: { port, host, strictPort: true, proxy },
  });
  return vite.listen();
}

/** Makes generated code anew soon after a change, one build at a time. */
function regenerate(): void {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => build(root, generatedCode, say)).catch((error) => say(errorLine(error)));
    }, 200);
  };
  for (const path of ["prisma", "schema.graphql", "codegen.ts", "client/src"]) {
    watch(join(root, path), { recursive: true }, (_event, file) => {
      if (!file?.startsWith("generated")) changed();
    });
  }
}

async function main(): Promise<void> {
  const { listen } = readEnv(process.env);
  await build(root, generatedCode, say);
  const apiPort = await findPort({ port: 0, host: "127.0.0.1" });
  const vite = await startClient(listen, apiPort);
  const api = startApi(listen, apiPort);
  regenerate();
  let stopping = false;
  async function stop(status: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    if (api.exitCode === null && api.kill("SIGTERM")) await once(api, "exit");
    await vite.close();
    process.exit(status);
  }
  api.once("exit", () => void stop(1));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
}

try {
  await main();
} catch (error) {
  for (const line of explain(error)) process.stderr.write(`Ownlist can't start: ${line}\n`);
  process.exit(1);
}
