import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "./free-port.ts";

/** A PgBouncer between the servers under test and their PostgreSQL. */
export type Pooler = { host: string; port: number; stop(): Promise<void> };

type Postgres = { host: string; port: number };

const host = "127.0.0.1";

/**
 * Starts PgBouncer, in transaction mode unless told otherwise, with fewer connections than a server asks for: the connection under a client
 * changes from one transaction to the next.
 *
 * @param role as whom clients may come, without a password
 */
export async function startPooler(
  postgres: Postgres,
  role: string,
  mode: "transaction" | "statement" = "transaction",
): Promise<Pooler> {
  const dir = mkdtempSync(join(tmpdir(), "ownlist-pooler-"));
  const port = await freePort();
  const users = join(dir, "users");
  const config = join(dir, "pgbouncer.ini");
  writeFileSync(users, `"${role}" ""\n`);
  writeFileSync(
    config,
    `[databases]
* = host=${postgres.host} port=${postgres.port}
[pgbouncer]
listen_addr = ${host}
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 4
max_client_conn = 500
`,
  );
  const owner = ownerOf(postgres);
  for (const path of [dir, users, config]) chownSync(path, owner.uid, owner.gid);
  const bouncer = spawn("/usr/sbin/pgbouncer", ["-q", config], { ...owner, stdio: "inherit" });
  await untilItAnswers(bouncer, port, role);
  return {
    host,
    port,
    async stop() {
      const ended = new Promise((resolve) => bouncer.once("exit", resolve));
      bouncer.kill("SIGINT");
      await ended;
      rmSync(dir, { recursive: true });
    },
  };
}

/** As whom PgBouncer can get to PostgreSQL: root is refused by the one, and by the other's socket all but its owner. */
function ownerOf({ host: socketDir }: Postgres): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  if (socketDir.startsWith("/")) return statSync(socketDir);
  return { uid: 65_534, gid: 65_534 };
}

async function untilItAnswers(bouncer: ChildProcess, port: number, role: string): Promise<void> {
  for (;;) {
    if (bouncer.exitCode !== null) throw new Error("PgBouncer does not start");
    const client = new pg.Client({ host, port, user: role, database: "postgres" });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
