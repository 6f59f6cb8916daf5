import pg from "pg";

/**
 * A process that writes pairs of tasks without a pause, over several connections at once: each in one transaction, one
 * for either of two people, as the server writes them. It says a line for each that is committed.
 *
 * Its arguments: the connection and the people's ids, as JSON.
 */
const [connection, people]: [pg.ClientConfig, string[]] = JSON.parse(process.argv[2] ?? "");

const insert = `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  VALUES ($1, gen_random_uuid(), $2, $2, $2, now(), now())`;

async function write(number: number): Promise<never> {
  const client = new pg.Client(connection);
  await client.connect();
  for (let n = 0; ; n++) {
    const title = `pair ${process.pid}-${number}-${n}`;
    // All take the people in the same order, so that none waits for one who waits for them.
    const first = (n + number) % (people.length - 1);
    await client.query("BEGIN");
    for (const person of [people[first], people[first + 1]]) {
      await client.query(
        "SELECT set_config('role', 'ownlist_app', true), set_config('app.user_id', $1, true)",
        [person],
      );
      await client.query(insert, [person, title]);
    }
    await client.query("COMMIT");
    process.stdout.write(`${title}\n`);
  }
}

await Promise.all([0, 1, 2].map(write));
