/** SQL for the id of the user with an address. */
const userOf = (email: string) => `(SELECT id FROM users WHERE email = '${email}')`;

/**
 * SQL for open tasks of a user.
 * @param more.description an SQL expression in lower case, of the task's number `n`
 * @param more.due whether they are due, at a time of day in a zone
 */
export function insertTasks(
  email: string,
  count: number,
  { description = "NULL", isDue = false }: { description?: string; isDue?: boolean } = {},
): string {
  const due = isDue ? `timestamp '2027-01-01 09:30' + n * interval '1 hour', 'Europe/Berlin'` : "NULL, NULL";
  return `
    INSERT INTO tasks (user_id, id, title, title_key, title_search, description, description_search,
                       due_local, due_time_zone, created_at, updated_at)
    SELECT ${userOf(email)}, uuidv7(n * interval '1 millisecond'), title, title, title, description, description,
           ${due}, now(), now()
    FROM generate_series(1, ${count}) AS n,
         LATERAL (SELECT 'task ' || n AS title, ${description} AS description) AS text`;
}

/** SQL for entries of a user's security log, each from a browser of its own. */
export const insertEvents = (email: string, count: number) => `
  INSERT INTO security_events (user_id, id, kind, created_at, address, user_agent)
  SELECT ${userOf(email)}, uuidv7(n * interval '1 millisecond'), 'LOGGED_IN', now(), '127.0.0.1',
         'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.' || n || ' (KHTML, like Gecko) '
           || repeat('Thing/1.0 ', 20) || n
  FROM generate_series(1, ${count}) AS n`;
