import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../src/db/embedded/embedded.ts";

/** The PostgreSQL that everything is measured on. */
export type Postgres = {
  /** @returns the address of a database; as a superuser unless a role is given, whose password is its name */
  url(database: string, role?: string): string;
  /** Runs statements as a superuser, one after the other, and answers the last one's rows. */
  query<Row extends object>(database: string, ...statements: string[]): Promise<Row[]>;
  stop(): Promise<void>;
};

/** Opens the PostgreSQL that BENCH_DATABASE_URL names with a superuser; without it an embedded one for the run. */
export async function openPostgres(): Promise<Postgres> {
  const given = process.env.BENCH_DATABASE_URL;
  if (given !== undefined && given !== "") return reach(new URL(given), async () => {});
  const dataDir = await mkdtemp(join(tmpdir(), "ownlist-bench-"));
  const embedded = await startEmbedded({ dataDir, onProgress: () => {} });
  const { host, port } = embedded.connection;
  const url = new URL("postgresql://postgres@localhost/postgres");
  url.search = new URLSearchParams({ host, port: String(port) }).toString();
  return reach(url, async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
}

function reach(server: URL, stop: () => Promise<void>): Postgres {
  function url(database: string, role?: string): string {
    const address = new URL(server);
    address.pathname = database;
    if (role !== undefined) Object.assign(address, { username: role, password: role });
    return address.href;
  }
  async function query<Row extends object>(database: string, ...statements: string[]): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url(database) });
    // A connection that is cut fails its statement; that is enough.
    client.on("error", () => {});
    await client.connect();
    try {
      let rows: Row[] = [];
      for (const statement of statements) ({ rows } = await client.query<Row>(statement));
      return rows;
    } finally {
      await client.end();
    }
  }
  return { url, query, stop };
}
