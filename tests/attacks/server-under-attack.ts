import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { startProcess } from "../../bench/server-process.ts";
import { ownlist } from "../../bench/servers.ts";
import type { Size } from "./attack.ts";
import type { Address } from "./target.ts";

export type ServerUnderAttack = Address & {
  pid: number;
  stop(): Promise<void>;
};

/** Small attacks are many in a short time, on slow machines: hashing is a quarter of what it is by default. */
const bcryptCosts: Record<Size, string> = { small: "10", full: "12" };

/** A mail server that takes everything and keeps nothing. */
async function startMailServer() {
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      stream.resume().once("end", () => done());
    },
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise<void>((done) => server.close(done)),
  };
}

/** Starts a server as `npm start` does, limits and all but without its log, on an embedded database that goes with it. */
export async function startServerUnderAttack(size: Size): Promise<ServerUnderAttack> {
  const dataDir = mkdtempSync(join(tmpdir(), "ownlist-attack-"));
  // A server that had to be quick leaves PostgreSQL to end by itself, which writes until then.
  const removeData = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
  const mail = await startMailServer();
  const env = {
    OWNLIST_DATA: dataDir,
    RATE_LIMIT: "on",
    BCRYPT_COST: bcryptCosts[size],
    LOG_LEVEL: "fatal",
    SMTP_URL: mail.url,
    MAIL_FROM: "tasks@example.com",
    PUBLIC_URL: "http://localhost",
  };
  const { pid, port, stop } = await startProcess(ownlist.main, env, ownlist.flags).catch(async (error) => {
    await mail.stop();
    removeData();
    throw error;
  });
  // PostgreSQL's file of its process names the folder of its socket in the fifth line.
  const host = readFileSync(join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[4] as string;
  return {
    url: `http://127.0.0.1:${port}`,
    database: { host, port: 5432, user: "postgres", database: "ownlist" },
    pid,
    async stop() {
      await stop();
      await mail.stop();
      removeData();
    },
  };
}
