import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { connect as connectPlain, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";

/** One that runs; its folder is gone when it has stopped. */
export type ReverseProxy = { stop(): Promise<void> };

type Program = {
  program: string;
  args: string[];
  checkArgs: string[];
  dir: string;
  port: number;
  /** The host that it takes TLS for; without one it is enough that it takes connections. */
  host?: string;
  env?: object;
};

/** Has a proxy check its configuration, and runs it until it is told to stop. Resolves when it does what it is there for. */
export async function runReverseProxy({
  program,
  args,
  checkArgs,
  dir,
  port,
  host,
  env,
}: Program): Promise<ReverseProxy> {
  const said: string[] = [];
  const run = (given: string[]) => {
    const child = spawn(program, given, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(String(chunk)));
    const ended = new Promise<number | null>((done, failed) =>
      child.once("error", failed).once("close", done),
    );
    return { child, ended };
  };
  const refuse = () => new Error(`${program} does not start:\n${said.join("")}`);
  if ((await run(checkArgs).ended) !== 0) throw refuse();
  const { child, ended } = run(args);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!(await isUp(port, host))) {
    if (isOver) throw refuse();
    await sleep(20);
  }
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function isUp(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const at = { port, host: "127.0.0.1" };
    const connected = () => {
      resolve(true);
      socket.destroy();
    };
    const socket: Socket =
      host === undefined
        ? connectPlain(at, connected)
        : connectTls({ ...at, servername: host, rejectUnauthorized: false }, connected);
    socket.once("error", () => resolve(false));
  });
}
