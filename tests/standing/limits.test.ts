import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readEnv } from "../../src/config/env.ts";
import * as limits from "../../src/rules/limits.ts";
import { daysKept } from "../../src/rules/retention.ts";
import { readSources } from "./sources.ts";

// What prose says of limits, in the numbers of src/rules; what code says is made from them.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const written = (count: number) => count.toLocaleString("en");
const inHours = (count: number) => (count === 1 ? "an hour" : `${count} hours`);
const inDays = (seconds: number) => seconds / 86_400;

const { sessions } = readEnv({});
const search = `${limits.maxSearchWords} words and ${limits.maxSearchLength} characters`;
const bytes = `${limits.maxPasswordBytes} bytes`;
const mailed = inHours(limits.mailedResetHours);
const handed = inHours(limits.handedResetHours);
const idle = inDays(sessions.refreshIdle);
const most = inDays(sessions.sessionMax);

const sentences: Record<string, string[]> = {
  "docs/api.md": [
    `kept for ${daysKept.deletedTask} days:`,
    `A password has at least ${limits.minPasswordLength} characters`,
    `and at most ${bytes} in UTF-8`,
    `refreshed within ${idle} days, up to ${most} days`,
    `so many, ${limits.maxPageSize} at most, ${limits.defaultPageSize} if you say nothing`,
    `no character is special. At most ${search}.`,
    `| page, \`ids\` of \`nodes\` | ${limits.maxPageSize} |`,
    `| sessions of an account | ${written(limits.maxSessions)};`,
    `| personal tokens of an account | ${limits.maxPersonalTokens}, those that expired in the last ${daysKept.expiredToken} days included |`,
    `| \`search\` | ${search} |`,
    `| title | ${limits.maxTitleLength} characters,`,
    `| description | ${written(limits.maxDescriptionLength)} characters,`,
    `The web client's page of ${limits.defaultPageSize} tasks`,
  ],
  "docs/export.schema.json": [
    `those that expired in the last ${daysKept.expiredToken} days included.`,
    `in the last ${daysKept.securityEvent} days, oldest first;`,
    `it can be restored for ${daysKept.deletedTask} days from then.`,
  ],
  "docs/security.md": [
    `| ${idle} days unused (\`REFRESH_IDLE\`), ${most} days at most (\`SESSION_MAX\`);`,
    `and listed for ${daysKept.expiredToken} days more;`,
    `| ${mailed} for a mailed new password, ${handed} for one handed over and for verifying an address,`,
    `User-Agent (${limits.maxUserAgentLength} characters) | ${daysKept.securityEvent} days,`,
    `| until deleted, then ${daysKept.deletedTask} days to bring them back;`,
    `NFC, ${bytes} at most`,
    `of the security log what limits let happen in ${daysKept.securityEvent} days;`,
    `| 6.2.1 | 1 | ${limits.minPasswordLength} characters |`,
    `| 6.2.9 | 2 | ${limits.maxMinPasswordLength} characters | up to ${bytes} |`,
    `| ${mailed} for a new password, since mail is slow; ${handed} for one handed over |`,
  ],
  "docs/self-hosting.md": [
    `(deleted ones of the last ${daysKept.deletedTask} days included)`,
    `It is good once and for ${handed};`,
    `that one is good for ${mailed}.`,
    `tasks ${daysKept.deletedTask} days after they were deleted, personal tokens ${daysKept.expiredToken} days after they have expired, entries of the security log after ${daysKept.securityEvent} days,`,
  ],
  "docs/decisions/009-plain-bcrypt.md": [
    `A password has at most ${bytes} in UTF-8;`,
    `at least ${limits.minPasswordLength} code points,`,
  ],
  "docs/decisions/016-refresh-tokens.md": [
    `not refreshed for ${idle} days, and after ${most} days in any case;`,
  ],
};

it.each(Object.entries(sentences))("%s says the limits that there are", (path, expected) => {
  const text = read(path).replace(/\s+/g, " ");
  expect(expected.filter((sentence) => !text.includes(sentence))).toEqual([]);
});

/** How long a personal token is to be good, to choose from. */
const choices = "client/src/features/settings/tokens/expiry.ts";

/** The lines that say a limit by a digit, besides comments. */
const findLimits = (text: string) =>
  text
    .split("\n")
    .filter((line) => /\b\d[\d,]* (characters|bytes|words|days|hours)\b/.test(line))
    .filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line));

it("descriptions, answers, mails and pages say no limit by a number of their own", () => {
  expect(findLimits('description: "At most 500 characters."')).toHaveLength(1);
  expect(findLimits("  // At most 500 characters.")).toEqual([]);
  const sources = [...readSources("src"), ...readSources("client/src")].filter(
    ({ path }) => /^(src\/(features|mail|admin)|client\/src)\//.test(path) && path !== choices,
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.flatMap(({ path, text }) => findLimits(text).map((line) => `${path}: ${line}`))).toEqual([]);
});
