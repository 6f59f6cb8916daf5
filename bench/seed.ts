import bcrypt from "bcrypt";
import { foldingRule } from "../src/rules/folding.ts";

export type Sizes = {
  /** Those with a few tasks each. */
  users: number;
  tasksPerUser: number;
  /** The tasks of the one user who has many. */
  manyTasks: number;
};

/** What is measured. */
export const sizes: Sizes = { users: 1000, tasksPerUser: 100, manyTasks: 1_000_000 };

/** Whose address it is to whom they belong; the others' are user1@example.com and so on. */
export const hoarder = "hoarder@example.com";

/** Everybody's. */
export const password = "correct horse battery staple";
export const bcryptCost = 10;

/** The day on which one task in the middle of the many is due, and no other. */
export const middleDay = "2099-01-01";

/** A word in some of everybody's titles. */
export const searchedWord = "invoice";

/** Milliseconds since 1970 of the first user and task. */
const start = Date.UTC(2025, 0, 1);

/** SQL for a UUID as RFC 9562 §5.7 has it in its version 7, made at a time; of different ones for different numbers. */
const uuidAt = (milliseconds: string, number: string) =>
  `(lpad(to_hex((${milliseconds})::bigint), 12, '0') || '7' || substr(md5((${number})::text), 1, 3) ||
    '8' || substr(md5((${number})::text), 4, 15))::uuid`;

const timeAt = (milliseconds: string) => `to_timestamp((${milliseconds}) / 1000.0)`;

const insertUsers = (users: number) => `
  INSERT INTO users (id, email, email_key, name, hashed_password, created_at)
  SELECT ${uuidAt("ms", "n")}, email, email, 'User ' || n,
         '${bcrypt.hashSync(password, bcryptCost)}', ${timeAt("ms")}
  FROM generate_series(0, ${users}) AS n,
       LATERAL (SELECT ${start}::bigint + n AS ms,
                CASE n WHEN 0 THEN '${hoarder}' ELSE 'user' || n || '@example.com' END AS email) AS made`;

const insertSessions = `
  INSERT INTO sessions (user_id, id, created_at, expires_at)
  SELECT id, ${uuidAt("extract(epoch FROM now()) * 1000", "email")}, now(), now() + interval '7 days'
  FROM users`;

/**
 * Tasks of those users for whom a condition holds. Of a hundred of a user's, 40 are done, 3 deleted, and half have a due
 * date, half of those with a time. They were deleted yesterday: what was deleted long ago Ownlist would remove
 * for good while it is measured, and no other server would. Texts are in ASCII, of which lower() makes what
 * tasks/task-text.ts searches for.
 */
const insertTasks = (whose: string, tasks: number, middle: number) => `
  INSERT INTO tasks (user_id, id, title, description, title_key, title_search, description_search, completed_at,
                     due_local, due_time_zone, priority, created_at, updated_at, deleted_at)
  SELECT users.id, ${uuidAt("ms", "users.email_key || g")}, title, description, lower(title), lower(title),
         lower(description),
         CASE WHEN g * 7 % 10 < 4 THEN created + interval '2 days' END,
         CASE WHEN g = ${middle} THEN '${middleDay}'::timestamp
              WHEN g % 4 = 0 THEN date_trunc('day', created AT TIME ZONE 'UTC') + interval '30 days 9 hours'
              WHEN g % 4 = 2 THEN date_trunc('day', created AT TIME ZONE 'UTC') + interval '14 days' END,
         CASE WHEN g <> ${middle} AND g % 4 = 0 THEN 'Europe/Berlin' END,
         g % 5, created, created + interval '1 hour',
         CASE WHEN g % 33 = 0 THEN now() - interval '1 day' END
  FROM users, generate_series(1, ${tasks}) AS g,
       LATERAL (SELECT ${start}::bigint + g * 40000::bigint AS ms) AS at,
       LATERAL (SELECT ${timeAt("ms")} AS created,
         (ARRAY['Pay', 'Send', 'Check', 'File', 'Print', 'Sign', 'Copy', 'Find'])[1 + g % 8] || ' the ' ||
         (ARRAY['${searchedWord}', 'report', 'letter', 'contract', 'ticket', 'photo', 'form'])[1 + g % 7] ||
         ' for ' || (ARRAY['Ada', 'Grace', 'Alan', 'Barbara', 'Edsger'])[1 + g % 5] || ' #' || g AS title,
         CASE WHEN g % 3 = 0 THEN repeat('What there is to know of it. ', 2) END AS description) AS text
  WHERE ${whose}
  ORDER BY users.id, g`;

/**
 * @returns the statements that fill an empty, migrated database, for a superuser. Triggers stay out of it: what they
 *   count starts at zero for everybody, and a million changes of one user's things would each wait for the one before
 */
export function seedOf({ users, tasksPerUser, manyTasks }: Sizes): string[] {
  const middle = manyTasks / 2 + 1;
  return [
    "SET session_replication_role = replica",
    "SET timezone = 'UTC'",
    insertUsers(users),
    insertSessions,
    insertTasks(`users.email_key <> '${hoarder}'`, tasksPerUser, middle),
    insertTasks(`users.email_key = '${hoarder}'`, manyTasks, middle),
    "RESET session_replication_role",
    `UPDATE installation SET folding = ${foldingRule}`,
  ];
}
