import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { bcryptCost } from "./seed.ts";

/** Signs the tokens that the servers take; of this run alone. */
export const jwtSecret = randomBytes(32).toString("base64url");

export type ServerProcess = {
  pid: number;
  port: number;
  /** Milliseconds from its start until it said that it is ready. */
  startTime: number;
  stop(): Promise<void>;
};

/**
 * Starts a server as a process of its own, with nothing from outside but where programs are.
 * @param main what Node.js runs
 * @param flags of Node.js
 * @throws Error with what it said, when it ends before it is ready
 */
export async function startProcess(
  main: string,
  env: Record<string, string>,
  flags: string[] = [],
): Promise<ServerProcess> {
  const port = await findPort();
  const started = performance.now();
  const child = spawn(process.execPath, [...flags, main], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      JWT_SECRET: jwtSecret,
      BCRYPT_COST: String(bcryptCost),
      RATE_LIMIT: "off",
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  await untilReady(child, main);
  const startTime = performance.now() - started;
  // What a server complains of while it is measured belongs in sight.
  child.stderr.pipe(process.stderr, { end: false });
  child.stdout.on("data", (chunk: Buffer) => {
    // Its log, a line of JSON each; not its greeting.
    if (chunk.toString().startsWith("{")) process.stderr.write(chunk);
  });
  return {
    pid: child.pid ?? 0,
    port,
    startTime,
    async stop() {
      child.kill("SIGTERM");
      await closed;
    },
  };
}

function untilReady(child: ChildProcess, main: string): Promise<void> {
  let said = "";
  return new Promise((done, failed) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (/\bready\b/.test(said)) done();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", () => failed(new Error(`${main} ended before it was ready:\n${said}`)));
  });
}

async function findPort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
