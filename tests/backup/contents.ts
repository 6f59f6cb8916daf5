import pg from "pg";

async function withAdmin<T>(config: pg.ClientConfig, run: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client(config);
  await admin.connect();
  try {
    return await run(admin);
  } finally {
    await admin.end();
  }
}

/** The tables that come back; what a backup leaves out is said here again, so that nothing is left out by mistake. */
const tablesQuery = `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p')
  AND relnamespace = 'public'::regnamespace AND relname NOT IN ('rate_limits', '_prisma_migrations') ORDER BY 1`;

/** Every row of every table as a superuser sees it, by table, as text that holds each value to the last digit. */
export function contentsOf(config: pg.ClientConfig): Promise<Record<string, string[]>> {
  return withAdmin(config, async (admin) => {
    const { rows: tables } = await admin.query<{ name: string }>(tablesQuery);
    const contents: Record<string, string[]> = {};
    for (const { name } of tables) {
      const { rows } = await admin.query<{ row: string }>(
        `SELECT concat(to_jsonb(own), ' ', own::text) AS row FROM public.${name} AS own ORDER BY 1`,
      );
      contents[name] = rows.map(({ row }) => row);
    }
    return contents;
  });
}

const rules = [
  `SELECT relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity, relacl::text,
     pg_get_userbyid(relowner) = pg_get_userbyid((SELECT datdba FROM pg_database WHERE datname = current_database())) AS owned
   FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
  `SELECT attrelid::regclass::text AS of, attname, atttypid::regtype::text AS type, attnotnull, attacl::text, attnum,
     pg_get_expr(adbin, adrelid) AS value FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1, attnum`,
  `SELECT tgrelid::regclass::text AS of, tgname, tgenabled, pg_get_triggerdef(oid) AS definition
   FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`,
  `SELECT tgrelid::regclass::text AS of, tgenabled, count(*) FROM pg_trigger WHERE tgisinternal GROUP BY 1, 2 ORDER BY 1, 2`,
  `SELECT conrelid::regclass::text AS of, conname, convalidated, pg_get_constraintdef(oid) AS definition
   FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
  `SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2`,
  `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
  `SELECT pg_get_functiondef(oid) AS definition, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
  `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY 1`,
];

/** All that the catalogue has of the schema; the owner's name, which is each database's own, is OWNER in it. */
export function catalogueOf(config: pg.ClientConfig): Promise<string> {
  return withAdmin(config, async (admin) => {
    const { rows } = await admin.query<{ owner: string }>(
      "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()",
    );
    const parts: unknown[] = [];
    for (const rule of rules) parts.push((await admin.query(rule)).rows);
    return JSON.stringify(parts, null, 1).replaceAll(rows[0]?.owner ?? "", "OWNER");
  });
}
