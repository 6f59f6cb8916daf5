import { copyTemplate, createTemplate, dropDatabases } from "./database.ts";
import { startGenerator } from "./load/client.ts";
import type { Bench } from "./measure.ts";
import type { Options } from "./options.ts";
import { findPeople } from "./people.ts";
import { openPostgres, type Postgres } from "./postgres.ts";

async function prepare(postgres: Postgres, { migrated, servers }: Options): Promise<void> {
  process.stderr.write("Filling the database …\n");
  await createTemplate(postgres, migrated);
  for (const { name } of servers) await copyTemplate(postgres, name);
  await postgres.query("postgres", "CHECKPOINT");
}

/** @throws Error on Ctrl-C and its like */
function interruption(): Promise<never> {
  return new Promise((_, failed) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => failed(new Error(`ended by ${signal}`)));
  });
}

/**
 * Prepares everything that is measured with: PostgreSQL, a database for each server, the process that makes the load.
 * However it ends, PostgreSQL and what was put into it go; the servers end with this process at the latest.
 */
export async function withBench<T>(
  options: Options,
  use: (postgres: Postgres, bench: Bench) => Promise<T>,
): Promise<T> {
  const interrupted = interruption();
  const postgres = await openPostgres();
  const generator = startGenerator();
  async function prepareAndUse(): Promise<T> {
    await prepare(postgres, options);
    return use(postgres, { generator, options, people: await findPeople(postgres) });
  }
  try {
    return await Promise.race([prepareAndUse(), interrupted]);
  } finally {
    generator.stop();
    await dropDatabases(
      postgres,
      options.servers.map(({ name }) => name),
    );
    await postgres.stop();
  }
}
