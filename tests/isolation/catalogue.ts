import type pg from "pg";

/** Tables of the schema, in words of the catalogue; the migrations' own table is nobody's. */
const tables = `relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`;

const columnsOf = (relation: string, numbers: string) => `(SELECT array_agg(attname ORDER BY n)::text[]
  FROM unnest(${numbers}) WITH ORDINALITY AS key(number, n) JOIN pg_attribute ON attrelid = ${relation} AND attnum = number)`;

/** The tables, each with what its rows are known by. */
const keysQuery = `SELECT relname AS name, ${columnsOf("pg_class.oid", "conkey")} AS key
  FROM pg_class LEFT JOIN pg_constraint ON conrelid = pg_class.oid AND contype = 'p' WHERE ${tables}`;

const referencesQuery = `SELECT conname AS name, conrelid::regclass::text AS source, confrelid::regclass::text AS target,
    ${columnsOf("conrelid", "conkey")} AS columns, ${columnsOf("confrelid", "confkey")} AS "targetColumns"
  FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`;

const uniqueQuery = `SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS source,
    ${columnsOf("indrelid", "indkey::smallint[]")} AS columns
  FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE indisunique AND ${tables}`;

type Reference = { name: string; source: string; target: string; columns: string[]; targetColumns: string[] };

/** What holds nobody's things: hashes and how often they were counted; what is so of the installation. */
const nobodys = new Set(["rate_limits", "installation"]);

/** Of those, what the tables' owner alone may read. */
const owners = new Set(["installation"]);

/** What of the keys would let a row of one user's point at another's, or tell of it, in words. */
export async function findLooseKeys(pool: pg.Pool): Promise<string[]> {
  const problems: string[] = [];
  const { rows: keys } = await pool.query<{ name: string; key: string[] | null }>(keysQuery);
  for (const { name, key } of keys) {
    if (name !== "users" && !nobodys.has(name) && key?.[0] !== "user_id")
      problems.push(`the key of ${name} is ${key}`);
  }
  const { rows: references } = await pool.query<Reference>(referencesQuery);
  for (const { name, target, columns, targetColumns } of references) {
    const owner = target === "users" ? "id" : "user_id";
    if (columns[0] !== "user_id" || targetColumns[0] !== owner)
      problems.push(`${name} refers to ${target}(${targetColumns}) by ${columns}`);
  }
  const owned = new Set(references.filter(({ target }) => target === "users").map(({ source }) => source));
  for (const { name } of keys)
    if (name !== "users" && !nobodys.has(name) && !owned.has(name))
      problems.push(`${name} refers to no user`);
  const { rows: unique } = await pool.query<{ name: string; source: string; columns: string[] | null }>(
    uniqueQuery,
  );
  for (const { name, source, columns } of unique) {
    // Else whether a value is taken would tell of another user's rows.
    if (source !== "users" && !nobodys.has(source) && columns?.[0] !== "user_id")
      problems.push(`${name} is unique among all users`);
  }
  return problems;
}

type Table = {
  name: string;
  enabled: boolean;
  forced: boolean;
  /** Those that all rows of the table's have to pass for the server's role. */
  own: string[];
  /** For whom there are others. */
  others: string[];
  /** Those besides the owner that may do something with it. */
  grantees: string[];
};

const policiesQuery = `SELECT relname AS name, relrowsecurity AS enabled, relforcerowsecurity AS forced,
    ARRAY(SELECT qual FROM pg_policies WHERE tablename = relname AND roles = '{ownlist_app}' AND cmd = 'ALL'
      AND coalesce(with_check, qual) = qual) AS own,
    ARRAY(SELECT concat(roles, ' ', cmd) FROM pg_policies WHERE tablename = relname
      AND NOT (roles = '{ownlist_app}' AND cmd = 'ALL') ORDER BY 1) AS others,
    ARRAY(SELECT DISTINCT grantee::regrole::text FROM aclexplode(relacl) WHERE grantee <> relowner) AS grantees
  FROM pg_class WHERE ${tables} ORDER BY 1`;

/** What of the policies would show or give one user the rows of another, in words. */
export async function findLoosePolicies(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<Table>(policiesQuery);
  const problems: string[] = [];
  for (const { name, enabled, forced, own, others, grantees } of rows) {
    if (owners.has(name)) {
      if (!enabled || own.length + others.length + grantees.length > 0)
        problems.push(`${name} is not for the tables' owner alone`);
      continue;
    }
    const owner = name === "users" ? "id" : "user_id";
    const expected = `(${owner} = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))`;
    if (!enabled || !forced) problems.push(`${name} is not under row-level security for everybody`);
    if (nobodys.has(name)) continue;
    if (own.length !== 1 || own[0] !== expected) problems.push(`${name} lets through ${own}`);
    for (const policy of others)
      if (!/^\{ownlist_(admin|login|housekeeping)\} SELECT$/.test(policy))
        problems.push(`${name} lets in ${policy}`);
  }
  return problems;
}
