import pg from "pg";
import { afterEach } from "vitest";
import { type Embedded, startEmbedded } from "../../src/db/embedded/embedded.ts";

const started: Embedded[] = [];

/** Starts a PostgreSQL that is stopped after the test. */
export async function start(
  dataDir: string,
  onProgress: (message: string) => void = () => {},
): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, onProgress });
  started.push(embedded);
  return embedded;
}

/** One statement on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(
  { connection }: { connection: pg.ClientConfig },
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client(connection);
  // What cuts the connection fails the statement too.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((embedded) => embedded.stop()));
});
