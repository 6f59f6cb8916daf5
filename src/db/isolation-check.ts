import type pg from "pg";
import { errorLine, StartError } from "../runtime/start-error.ts";
import { roles } from "./binding.ts";
import { type OneConnection, oneConnection } from "./one-connection.ts";
import { everyOwnTable, type OwnTable } from "./own-tables.ts";

/**
 * Makes sure that the database keeps users apart whatever the code does.
 *
 * @param connection as the server connects
 * @throws StartError with what an operator has to grant or to take back
 */
export async function checkIsolation(connection: pg.PoolConfig): Promise<void> {
  const database = oneConnection(connection);
  try {
    const problem =
      (await findRoleProblem(database)) ?? (await findTableProblem(database)) ?? (await findLeak(database));
    if (problem !== null) throw new StartError(problem);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The database's row-level security could not be checked: ${errorLine(error)}.`);
  } finally {
    await database.end();
  }
}

type Role = { name: string; login: string; isOurs: boolean; bypasses: boolean; power: string | null };

async function findRoleProblem(database: OneConnection): Promise<string | null> {
  // Membership in a role that could go around the policies is as good as being it.
  const found = await database.query<Role>(
    `SELECT rolname AS name, session_user AS login, rolsuper OR rolbypassrls AS bypasses,
       pg_has_role(session_user, oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) AS "isOurs",
       (SELECT other.rolname FROM pg_roles AS other
        WHERE other.oid <> own.oid AND pg_has_role(own.oid, other.oid, 'MEMBER')
          AND (other.rolsuper OR other.rolbypassrls OR other.rolcreaterole OR EXISTS (
            SELECT FROM pg_class WHERE relowner = other.oid AND relnamespace = 'public'::regnamespace)) LIMIT 1) AS power
     FROM pg_roles AS own WHERE rolname = ANY($1)`,
    [roles],
  );
  const missing = roles.find((role) => !found.some(({ name }) => name === role));
  if (missing !== undefined)
    return `The database has no role ${missing}: as an administrator run CREATE ROLE ${missing}.`;
  for (const { name, login, isOurs, bypasses, power } of found) {
    if (!isOurs) {
      return `The server may not become ${name}, as which it keeps users apart: as an administrator run GRANT ${roles.join(", ")} TO "${login}".`;
    }
    if (bypasses) {
      return `The role ${name} could bypass row-level security: as an administrator run ALTER ROLE ${name} NOSUPERUSER NOBYPASSRLS.`;
    }
    if (power !== null) {
      return `The role ${name} could act as ${power} and go around row-level security: as an administrator run REVOKE "${power}" FROM ${name}.`;
    }
  }
  return null;
}

const policiesOf = ({ name, expiry, isCounted }: OwnTable): string[] => [
  `${name}_own`,
  ...(expiry ? [`${name}_expired`] : []),
  ...(isCounted ? [`${name}_counted`] : []),
];

/** What the migrations make; anything else is somebody else's, and might let rows through. */
const policies = new Map(everyOwnTable.map((table) => [table.name, policiesOf(table)]));
policies.get("users")?.push("users_by_address", "users_listed");
policies.set("rate_limits", ["rate_limits_expired", "rate_limits_one"]);

type Table = { name: string; isForced: boolean; isOurs: boolean; policies: string[]; idleTriggers: string[] };

const reachable = `relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = 'public'::regnamespace AND EXISTS (
  SELECT FROM unnest($1::text[]) AS role WHERE has_any_column_privilege(role, pg_class.oid, 'SELECT, INSERT, UPDATE'))`;

async function findTableProblem(database: OneConnection): Promise<string | null> {
  const tables = await database.query<Table>(
    `SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS "isForced",
       pg_get_userbyid(relowner) = ANY($1) AS "isOurs",
       ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = pg_class.oid ORDER BY 1) AS policies,
       ARRAY(SELECT tgname::text FROM pg_trigger
         WHERE tgrelid = pg_class.oid AND NOT tgisinternal AND tgenabled = 'D') AS "idleTriggers"
     FROM pg_class WHERE ${reachable}`,
    [roles],
  );
  const missing = [...policies.keys()].find((name) => !tables.some((table) => table.name === name));
  if (missing !== undefined) {
    return `The table ${missing} is not in the schema "public", or the server's roles may not use it there: give Ownlist a database of its own, with the usual search_path.`;
  }
  for (const table of tables) {
    const problem = tableProblem(table);
    if (problem !== null) return problem;
  }
  return null;
}

function tableProblem({ name, isForced, isOurs, policies: found, idleTriggers }: Table): string | null {
  if (!isForced) {
    return `Row-level security is off for "${name}": as its owner run ALTER TABLE "${name}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY.`;
  }
  if (isOurs) return `A role that is to keep to the policies of "${name}" owns it: give it another owner.`;
  const foreign = found.find((policy) => !policies.get(name)?.includes(policy));
  if (foreign !== undefined) {
    return `The policy "${foreign}" is not Ownlist's and may let rows through: as the table's owner run DROP POLICY "${foreign}" ON "${name}".`;
  }
  const [idle] = idleTriggers;
  if (idle !== undefined) {
    return `The trigger "${idle}" is disabled, so that changes go unnoticed: as the table's owner run ALTER TABLE "${name}" ENABLE TRIGGER "${idle}".`;
  }
  return null;
}

/** Looks, as each role and on nobody's behalf, for rows; a policy that lets all through would show some. */
async function findLeak(database: OneConnection): Promise<string | null> {
  const sights = await database.query<{ role: string; name: string }>(
    `SELECT role, relname AS name FROM pg_class, unnest($1::text[]) AS role
     WHERE ${reachable} AND has_any_column_privilege(role, pg_class.oid, 'SELECT')`,
    [roles],
  );
  for (const { role, name } of sights) {
    await database.query(`BEGIN; SET LOCAL ROLE ${role}`);
    const [row] = await database.query<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM public."${name}") AS found`,
    );
    await database.query("ROLLBACK");
    if (row?.found === true) {
      return `${role} sees rows of "${name}" on nobody's behalf: look at its policies, with \\d "${name}" in psql.`;
    }
  }
  return null;
}
