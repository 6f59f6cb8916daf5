import { StartError } from "../runtime/start-error.ts";
import { readFiles } from "./secret-files.ts";
import { configuration, day, type Setting, wordsOf } from "./settings.ts";
import { secretRecipe } from "./values.ts";

/** The configuration, read once by main.ts; nothing else looks at the environment. Its groups travel whole. */
export type Env = ReturnType<typeof readEnv>;

/** The same once it is known what signs tokens. */
export type SettledEnv = Env & { sessions: { jwtSecret: string } };

type Given = Record<string, string | undefined>;

/**
 * Reads the configuration from environment variables, and the files that some of them name; an empty one counts as
 * not set.
 * @throws StartError with all the problems at once, a line each; no secret is quoted
 */
export function readEnv(source: Given) {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim() !== ""));
  const files = readFiles(given);
  const { data, error } = configuration.safeParse(inGroups(({ name }) => files.values[name]));
  const words = inGroups((setting) => setting);
  const wrong = (error?.issues ?? []).map(({ path: [group, property], message }) => {
    const { name = "", takes } = words[String(group)]?.[String(property)] ?? {};
    return takes === undefined
      ? `${name} ${message}`
      : `${name} is ${JSON.stringify(given[name])}; it takes ${takes}.`;
  });
  const problems = [...files.problems, ...wrong, ...findMissing(given)];
  const { refreshIdle = 0, sessionMax = 0 } = data?.sessions ?? {};
  if (refreshIdle > sessionMax) {
    problems.push("REFRESH_IDLE is longer than SESSION_MAX (180d when not set), after which a session ends.");
  }
  if (data === undefined || problems.length > 0) throw new StartError([...new Set(problems)].join("\n"));
  const { smtpUrl, from } = data.mail;
  const { publicUrl } = data.http;
  return {
    ...data,
    sessions: { ...data.sessions, refreshIdle: data.sessions.refreshIdle ?? Math.min(30 * day, sessionMax) },
    /** Null: no mail is sent. */
    mail: smtpUrl === null || from === null || publicUrl === null ? null : { smtpUrl, from, publicUrl },
  };
}

/** Something for each variable, where it is in the configuration. */
function inGroups<Made>(make: (setting: Setting) => Made): Record<string, Record<string, Made>> {
  const groups = Object.entries(configuration.shape).map(([group, { shape }]) => {
    const made = Object.entries(shape).map(([property, rule]) => [property, make(wordsOf(rule))]);
    return [group, Object.fromEntries(made)];
  });
  return Object.fromEntries(groups);
}

/** What has to be set because something else is. */
function findMissing(given: Given): string[] {
  const isSet = (name: string) => given[name] !== undefined || given[`${name}_FILE`] !== undefined;
  const problems: string[] = [];
  if (isSet("DATABASE_URL") && !isSet("JWT_SECRET")) {
    problems.push(
      `JWT_SECRET is not set; with DATABASE_URL it must be, so that all servers share it. ${secretRecipe}`,
    );
  }
  for (const { name, takes } of [
    wordsOf(configuration.shape.mail.shape.from),
    wordsOf(configuration.shape.http.shape.publicUrl),
  ]) {
    if (isSet("SMTP_URL") && given[name] === undefined) {
      problems.push(`${name} is not set; with SMTP_URL it must be. It takes ${takes}.`);
    }
  }
  return problems;
}
