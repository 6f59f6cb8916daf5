import { enableCompileCache } from "node:module";
import { resolve } from "node:path";
import type { Logger } from "pino";
import { ConfigError, type Env, readEnv } from "./env.ts";
import { createLog } from "./log.ts";
import { type Ownlist, startOwnlist } from "./ownlist.ts";
import { errorCode, errorLine, StartError } from "./start-error.ts";

/** Milliseconds from the signal to the end of the process, whatever hangs. */
const stopTimeout = 9500;

/** Milliseconds in which a second signal is the same one: a terminal sends Ctrl-C to all, and npm passes it on. */
const echoTime = 200;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(lines: string[]): never {
  for (const line of lines) process.stderr.write(`Ownlist can't start: ${line}\n`);
  process.exit(1);
}

function configure(): Env {
  try {
    return readEnv(process.env);
  } catch (error) {
    if (error instanceof ConfigError) refuse(error.problems);
    throw error;
  }
}

/** What a log may hold of an error that nobody expected: a driver's details would quote what users wrote. */
function traces(error: unknown) {
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: errorCode(error), reason: errorLine(error), stack };
}

async function main(): Promise<void> {
  // Compiled once, read from then on: half of the time that a start takes.
  enableCompileCache(resolve(import.meta.dirname, "../node_modules/.cache/ownlist"));
  const env = configure();
  const log = createLog(env.logLevel);
  const start = startOwnlist(env, { log, say });
  const stop = stopper(start, log);
  // Signals that come while it starts are kept until it can be stopped in order.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(signal, 0));
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      log.fatal(traces(error), "a fault that nothing caught: stopping");
      stop(event, 1);
    });
  }
  try {
    announce(await start, env);
  } catch (error) {
    if (error instanceof StartError) refuse([error.message]);
    log.fatal(traces(error), "could not start");
    refuse(["an unexpected error, see above."]);
  }
}

/** Makes what stops the process: in order the first time, at once the second. */
function stopper(start: Promise<Ownlist>, log: Logger): (reason: string, status: number) => void {
  let since: number | null = null;
  let running: Ownlist | undefined;
  function leave(status: number): void {
    running?.abandon();
    process.exit(status);
  }
  async function stop(status: number): Promise<void> {
    running = await start.catch(() => undefined);
    // A start that fails says so and exits by itself.
    if (running === undefined) return;
    await running.stop();
    process.exit(status);
  }
  return (reason, status) => {
    if (since !== null && Date.now() - since < echoTime) return;
    if (since !== null) return leave(1);
    since = Date.now();
    log.info({ reason }, "stopping");
    setTimeout(() => {
      log.error("stopping took too long");
      leave(1);
    }, stopTimeout).unref();
    stop(status).catch((error) => {
      log.fatal(traces(error), "could not stop in order");
      leave(1);
    });
  };
}

function announce({ port }: Ownlist, env: Env): void {
  const local = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(env.host);
  const host = env.host.includes(":") ? `[${env.host}]` : env.host;
  const url = `http://${local ? "localhost" : host}:${port}`;
  say("Ownlist is ready.");
  say(`  Web client  ${url}`);
  say(`  GraphiQL    ${env.graphiql ? `${url}/graphql` : "off (GRAPHIQL)"}`);
  say(`  Data        ${env.databaseUrl === null ? env.dataDir : "in the database that DATABASE_URL names"}`);
}

if (Number.parseInt(process.versions.node, 10) < 26) {
  refuse([`this is Node.js ${process.versions.node}, and it needs 26 or newer: "npm start" brings its own.`]);
}
await main();
