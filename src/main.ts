import "./runtime/compile-cache.cjs";
import type { Logger } from "pino";
import { type Env, readEnv } from "./config/env.ts";
import { basePathOf } from "./config/public-url.ts";
import { type Ownlist, startOwnlist } from "./process/start.ts";
import { endProcess, stopOnFaults } from "./process/stopper.ts";
import { createLog } from "./runtime/log.ts";
import { explain, StartError } from "./runtime/start-error.ts";

/** Milliseconds in which a second signal is the same one: a terminal sends Ctrl-C to all, and npm passes it on. */
const echoTime = 200;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(lines: string[]): never {
  for (const line of lines) process.stderr.write(`Ownlist can't start: ${line}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const env = readEnv(process.env);
  const ownLog = createLog(env.runtime.logLevel);
  const log = env.runtime.processes === 1 ? ownLog : ownLog.child({ pid: process.pid });
  const start = startOwnlist(env, { log, say, fail });
  const { stop, isStopping } = stopper(start, log);
  // Signals that come while it starts are kept until it can be stopped in order.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(signal, 0));
  stopOnFaults(log, (reason) => stop(reason, 1));
  function fail(line: string): void {
    process.stderr.write(`Ownlist can't go on: ${line}\n`);
    stop("failure", 1);
  }
  try {
    const ownlist = await start;
    if (!isStopping()) announce(ownlist, env);
  } catch (error) {
    // What a signal interrupts has failed for that reason, which is none to tell of.
    if (isStopping()) return;
    if (!(error instanceof StartError)) log.fatal({ err: error }, "could not start");
    throw error;
  }
}

type Stopper = { stop(reason: string, status: number): void; isStopping(): boolean };

/** Makes what stops the process: in order the first time, at once the second. */
function stopper(start: Promise<Ownlist>, log: Logger): Stopper {
  let since: number | null = null;
  let running: Ownlist | undefined;
  const abandon = () => running?.abandon();
  async function stopInOrder(): Promise<void> {
    running = await start.catch(() => undefined);
    await running?.stop();
  }
  function stop(reason: string, status: number): void {
    if (since !== null && Date.now() - since < echoTime) return;
    if (since !== null) {
      abandon();
      process.exit(1);
    }
    since = Date.now();
    log.info({ reason }, "stopping");
    endProcess(status, log, { stop: stopInOrder, abandon });
  }
  return { stop, isStopping: () => since !== null };
}

function announce(
  { port }: Ownlist,
  { listen: { host }, http: { publicUrl }, graphql, database }: Env,
): void {
  const local = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(host);
  const name = host.includes(":") ? `[${host}]` : host;
  const url = `http://${local ? "localhost" : name}:${port}${basePathOf(publicUrl)}`;
  say("Ownlist is ready.");
  say(`  Web client  ${url}`);
  say(`  GraphiQL    ${graphql.graphiql ? `${url}/graphql` : "off (GRAPHIQL)"}`);
  if (publicUrl !== null) say(`  Public      ${publicUrl}`);
  say(
    `  Data        ${database.url === null ? database.dataDir : "in the database that DATABASE_URL names"}`,
  );
}

if (Number.parseInt(process.versions.node, 10) < 26) {
  refuse([`this is Node.js ${process.versions.node}, and it needs 26 or newer: "npm start" brings its own.`]);
}
await main().catch((error) => refuse(explain(error)));
