import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { readEnv } from "../../src/config/env.ts";
import { connectionFrom } from "../../src/db/connection-url.ts";
import { explain, StartError } from "../../src/runtime/start-error.ts";
import { temporaryFolder } from "./ownlist-process.ts";

const secret = randomBytes(32).toString("base64url");

function problemsOf(source: Record<string, string>): string[] {
  try {
    readEnv(source);
  } catch (error) {
    if (error instanceof StartError) return explain(error);
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  it("has a value for everything when nothing is set", () => {
    expect(readEnv({})).toEqual({
      listen: { port: 4000, host: "127.0.0.1" },
      database: { url: null, prepare: true, dataDir: resolve("data") },
      sessions: {
        jwtSecret: null,
        jwtSecretPrevious: null,
        jwtExpiresIn: 604_800,
        refreshIdle: 2_592_000,
        sessionMax: 15_552_000,
      },
      signup: { bcryptCost: 12, passwordMinLength: 8, policy: "open" },
      limits: { rateLimit: true },
      http: { trustProxy: [], corsOrigins: [], publicUrl: null },
      graphql: { introspection: "open", answerCache: true, graphiql: true },
      mail: null,
      runtime: { processes: 1, logLevel: "info" },
    });
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readEnv({ PORT: "", JWT_SECRET: " ", DATABASE_URL: "" })).toEqual(readEnv({}));
  });

  it("reads everything that is set", () => {
    const env = readEnv({
      PORT: "0",
      HOST: "0.0.0.0",
      DATABASE_URL: "postgresql://u:p@db.example/ownlist?sslmode=verify-full",
      DATABASE_PREPARE: "off",
      OWNLIST_DATA: "/srv/ownlist",
      JWT_SECRET: secret,
      JWT_EXPIRES_IN: "12h",
      BCRYPT_COST: "10",
      JWT_SECRET_PREVIOUS: secret,
      REFRESH_IDLE: "12h",
      SESSION_MAX: "3650d",
      PASSWORD_MIN_LENGTH: "12",
      SIGNUP: "invite",
      RATE_LIMIT: "off",
      TRUST_PROXY: "127.0.0.1, 10.0.0.0/8,::1, fd00::/8",
      CORS_ORIGINS: "https://app.example.com, http://localhost:5173",
      INTROSPECTION: "signed-in",
      SMTP_URL: "smtps://user:pass@mail.example.com:465",
      MAIL_FROM: "Ownlist <tasks@example.com>",
      PUBLIC_URL: "https://Tasks.example.com",
      ANSWER_CACHE: "off",
      GRAPHIQL: "off",
      LOG_LEVEL: "debug",
      WEB_CONCURRENCY: "64",
    });
    expect(env).toEqual({
      listen: { port: 0, host: "0.0.0.0" },
      database: {
        url: "postgresql://u:p@db.example/ownlist?sslmode=verify-full",
        prepare: false,
        dataDir: "/srv/ownlist",
      },
      sessions: {
        jwtSecret: secret,
        jwtSecretPrevious: secret,
        jwtExpiresIn: 43_200,
        refreshIdle: 43_200,
        sessionMax: 315_360_000,
      },
      signup: { bcryptCost: 10, passwordMinLength: 12, policy: "invite" },
      limits: { rateLimit: false },
      http: {
        trustProxy: ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"],
        corsOrigins: ["https://app.example.com", "http://localhost:5173"],
        publicUrl: "https://tasks.example.com",
      },
      graphql: { introspection: "signed-in", answerCache: false, graphiql: false },
      mail: {
        smtpUrl: "smtps://user:pass@mail.example.com:465",
        from: "Ownlist <tasks@example.com>",
        publicUrl: "https://tasks.example.com",
      },
      runtime: { processes: 64, logLevel: "debug" },
    });
  });

  it.each([
    ["https://example.com/", "https://example.com"],
    ["https://Example.com/Tasks", "https://example.com/Tasks"],
    ["https://example.com/tasks/", "https://example.com/tasks"],
    [" http://localhost:8080/a/b-c.d~e_f/ ", "http://localhost:8080/a/b-c.d~e_f"],
    ["https://example.com/tasks/graphql", "https://example.com/tasks/graphql"],
    ["https://[2001:db8::1]/tasks", "https://[2001:db8::1]/tasks"],
  ])("reads the address %s, without a slash at its end", (value, address) => {
    expect(readEnv({ PUBLIC_URL: value }).http.publicUrl).toBe(address);
  });

  it.each([
    ["7d", 604_800],
    ["30m", 1800],
    ["45s", 45],
    ["3600", 3600],
    ["366d", 31_622_400],
  ])("reads the time %s", (time, seconds) => {
    expect(readEnv({ JWT_EXPIRES_IN: time }).sessions.jwtExpiresIn).toBe(seconds);
  });

  it.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "4000.5"],
    ["HOST", "not a host"],
    ["JWT_EXPIRES_IN", "367d"],
    ["JWT_EXPIRES_IN", "0"],
    ["JWT_EXPIRES_IN", "a week"],
    ["BCRYPT_COST", "3"],
    ["BCRYPT_COST", "16"],
    ["PASSWORD_MIN_LENGTH", "7"],
    ["PASSWORD_MIN_LENGTH", "65"],
    ["REFRESH_IDLE", "forever"],
    ["SESSION_MAX", "3651d"],
    ["SIGNUP", "nobody"],
    ["RATE_LIMIT", "no"],
    ["TRUST_PROXY", "proxy.example.com"],
    ["TRUST_PROXY", "10.0.0.0/33"],
    ["TRUST_PROXY", "127.0.0.1,"],
    ["TRUST_PROXY", "*"],
    ["CORS_ORIGINS", "*"],
    ["CORS_ORIGINS", "null"],
    ["CORS_ORIGINS", "https://*.example.com"],
    ["CORS_ORIGINS", "https://app.example.com/"],
    ["CORS_ORIGINS", "https://app.example.com app.example.org"],
    ["CORS_ORIGINS", "https://app.example.com:443"],
    ["INTROSPECTION", "on"],
    ["MAIL_FROM", "nobody"],
    ["MAIL_FROM", "a@example.com, b@example.com"],
    ["MAIL_FROM", "Ownlist <a@example.com>\r\nBcc: b@example.com"],
    ["PUBLIC_URL", "tasks.example.com"],
    ["PUBLIC_URL", "https://example.com/tasks?a=b"],
    ["PUBLIC_URL", "https://example.com/tasks#a"],
    ["PUBLIC_URL", "https://example.com//tasks"],
    ["PUBLIC_URL", "https://example.com/tasks//"],
    ["PUBLIC_URL", "https://example.com/tasks/../other"],
    ["PUBLIC_URL", "https://example.com/t%61sks"],
    ["PUBLIC_URL", "https://example.com/my tasks"],
    ["PUBLIC_URL", "https://example.com/graphql"],
    ["PUBLIC_URL", "https://example.com/assets/"],
    ["PUBLIC_URL", "/tasks"],
    ["PUBLIC_URL", "ftp://example.com"],
    ["PUBLIC_URL", "https://example.com:443/tasks"],
    ["PUBLIC_URL", "https://user:secret@example.com"],
    ["GRAPHIQL", "yes"],
    ["LOG_LEVEL", "loud"],
    ["WEB_CONCURRENCY", "0"],
    ["WEB_CONCURRENCY", "65"],
    ["WEB_CONCURRENCY", "auto"],
  ])("refuses %s=%s, names it, quotes it and says what it takes", (name, value) => {
    const [problem, ...others] = problemsOf({ [name]: value });
    expect(problem?.startsWith(`${name} is ${JSON.stringify(value)}; it takes `)).toBe(true);
    expect(others).toEqual([]);
  });

  it("tells of all problems at once, one line each", () => {
    const problems = problemsOf({ PORT: "x", BCRYPT_COST: "99", DATABASE_URL: "mysql://db", GRAPHIQL: "1" });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "PORT",
      "DATABASE_URL",
      "BCRYPT_COST",
      "GRAPHIQL",
      "JWT_SECRET",
    ]);
  });

  it("refuses an address that is no PostgreSQL's, without showing the password in it", () => {
    const [problem] = problemsOf({ DATABASE_URL: "mysql://root:hunter2@db/x", JWT_SECRET: secret });
    expect(problem).toMatch(/^DATABASE_URL /);
    expect(problem).not.toContain("hunter2");
  });
});

describe("the times of a session", () => {
  it("may not be idle for longer than it lasts", () => {
    expect(problemsOf({ REFRESH_IDLE: "181d" })).toEqual([
      "REFRESH_IDLE is longer than SESSION_MAX (180d when not set), after which a session ends.",
    ]);
    expect(problemsOf({ REFRESH_IDLE: "2h", SESSION_MAX: "1h" })).toHaveLength(1);
    expect(problemsOf({ REFRESH_IDLE: "1h", SESSION_MAX: "1h" })).toEqual([]);
  });

  it("follow a short SESSION_MAX when only that is set", () => {
    expect(readEnv({ SESSION_MAX: "1d" }).sessions).toMatchObject({
      refreshIdle: 86_400,
      sessionMax: 86_400,
    });
  });
});

describe("SMTP_URL", () => {
  const set = { MAIL_FROM: "tasks@example.com", PUBLIC_URL: "https://tasks.example.com" };

  it("needs a sender and the address of the web client", () => {
    const problems = problemsOf({ SMTP_URL: "smtp://mail.example.com" });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual(["MAIL_FROM", "PUBLIC_URL"]);
    expect(problemsOf({ ...set, SMTP_URL: "smtp://mail.example.com" })).toEqual([]);
  });

  it.each(["https://u:hunter2@mail", "mail.example.com:hunter2", "smtp://"])(
    "is refused as %s, without showing the password in it",
    (url) => {
      const problems = problemsOf({ ...set, SMTP_URL: url });
      expect(problems).toEqual(["SMTP_URL is not an address such as smtps://user:password@host:465."]);
    },
  );
});

describe("a password that is not encoded in an address", () => {
  const smtp = { MAIL_FROM: "tasks@example.com", PUBLIC_URL: "https://tasks.example.com" };
  const problemsWith = (password: string) => [
    ...problemsOf({ DATABASE_URL: `postgresql://u:${password}@db.example:5432/ownlist`, JWT_SECRET: secret }),
    ...problemsOf({ ...smtp, SMTP_URL: `smtps://u:${password}@mail.example:465` }),
  ];

  it.each([
    ["hunter2#tail", 'a "#"'],
    ["22#tail", 'a "#"'],
    ["hunter2/tail", 'a "/"'],
    ["22/tail", 'a "/"'],
    ["/", 'a "/"'],
    ["at@22/tail", 'a "/"'],
    ["hunter2?tail", 'a "?"'],
    ["22?tail", 'a "?"'],
    ["hunter2%tail", 'a "%"'],
    ["hunter2%", 'a "%"'],
    ["hunter2%ff", 'a "%"'],
    ["hunter2 tail", "white space"],
    ["hunter2\ntail", "white space"],
  ])("%j is told as what it is, and how to write it, without showing it", (password, what) => {
    const told = (name: string) =>
      `${name} has ${what} where it can't stand for itself, in the password perhaps: write % as %25, # as %23, / as %2F, ? as %3F, @ as %40, : as %3A and a space as %20.`;
    expect(problemsWith(password)).toEqual([told("DATABASE_URL"), told("SMTP_URL")]);
  });

  it("may have an @ or a : that mislead nobody, and is right when it is encoded", () => {
    for (const password of ["p@ss", "p:ss", "@:", encodeURIComponent("a@b/c#d?e%f:g h[i")]) {
      expect(problemsWith(password)).toEqual([]);
      const client = new pg.Client(connectionFrom(`postgresql://u:${password}@db.example/ownlist`));
      expect(client).toMatchObject({ host: "db.example", user: "u", password: decodeURIComponent(password) });
    }
  });

  it.each([
    "postgresql://db.example/ownlist?user=ann@corp&password=a/b@c",
    "postgresql://db.example:5432/ownlist?application_name=ann@example.com",
    "postgresql:///ownlist?host=/var/run/postgresql",
    "postgresql://u@%2Fvar%2Frun%2Fpostgresql/ownlist",
    "postgresql://u:p@[::1]:5432/ownlist?options=-c%20search_path%3Dpublic",
  ])("is not suspected in %s", (url) => {
    expect(problemsOf({ DATABASE_URL: url, JWT_SECRET: secret })).toEqual([]);
  });
});

describe("a variable that holds a secret", () => {
  const file = (name: string, content: string) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, content);
    return path;
  };

  it("may stand in a file, of which white space at the end is not a part", () => {
    const env = readEnv({
      DATABASE_URL_FILE: file("url", "postgresql://u:p@db/ownlist\n"),
      JWT_SECRET_FILE: file("secret", `${secret} \r\n\n`),
      JWT_SECRET_PREVIOUS_FILE: file("previous", ` ${secret}`),
      SMTP_URL_FILE: file("smtp", "smtp://mail"),
      MAIL_FROM: "tasks@example.com",
      PUBLIC_URL: "https://tasks.example.com",
    });
    expect(env.database.url).toBe("postgresql://u:p@db/ownlist");
    expect(env.mail?.smtpUrl).toBe("smtp://mail");
    expect(env.sessions).toMatchObject({ jwtSecret: secret, jwtSecretPrevious: ` ${secret}` });
  });

  it("may have been written by an editor that puts a byte order mark before it", () => {
    const env = readEnv({
      DATABASE_URL_FILE: file("url", "\ufeffpostgresql://u:p@db/ownlist\r\n"),
      JWT_SECRET_FILE: file("secret", `\ufeff${secret}\r\n`),
    });
    expect(env.database.url).toBe("postgresql://u:p@db/ownlist");
    expect(env.sessions.jwtSecret).toBe(secret);
  });

  it("may not be UTF-16, which is told", () => {
    const path = join(temporaryFolder(), "secret");
    writeFileSync(path, `\ufeff${secret}`, "utf16le");
    expect(problemsOf({ JWT_SECRET_FILE: path })).toEqual([
      `JWT_SECRET_FILE is "${path}", which is not UTF-8 text: save it as UTF-8.`,
    ]);
  });

  it("may not stand in both", () => {
    const path = file("secret", secret);
    expect(problemsOf({ JWT_SECRET: secret, JWT_SECRET_FILE: path })).toEqual([
      `JWT_SECRET_FILE is "${path}", and JWT_SECRET is set as well.`,
    ]);
  });

  it("is a problem when the file can't be read or is empty, and the line says why", () => {
    const folder = temporaryFolder();
    const [missing, empty] = [join(folder, "missing"), file("empty", "\n")];
    expect(
      problemsOf({ DATABASE_URL_FILE: missing, JWT_SECRET_FILE: empty, JWT_SECRET_PREVIOUS_FILE: folder }),
    ).toEqual([
      `DATABASE_URL_FILE is "${missing}", which can't be read: no such file or directory.`,
      `JWT_SECRET_FILE is "${empty}", which is empty.`,
      `JWT_SECRET_PREVIOUS_FILE is "${folder}", which can't be read: illegal operation on a directory.`,
    ]);
  });

  it("is checked like the variable, and not shown either", () => {
    const problems = problemsOf({
      DATABASE_URL_FILE: file("url", "mysql://root:hunter2@db/x"),
      JWT_SECRET_FILE: file("short", "hunter2"),
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain("hunter2");
  });
});

describe.each(["JWT_SECRET", "JWT_SECRET_PREVIOUS"])("%s", (name) => {
  it("has to have 32 bytes, and is not shown when it has fewer", () => {
    expect(problemsOf({ [name]: "k9".repeat(4) })[0]).toMatch(/^\w+ has 8 bytes; it takes 32 at least\./);
    expect(problemsOf({ [name]: "k9".repeat(4) })[0]?.split(" ")[0]).toBe(name);
    expect(problemsOf({ [name]: "short-Secr3t" })[0]).not.toContain("short-Secr3t");
    expect(problemsOf({ [name]: secret.slice(0, 31) })).toHaveLength(1);
    expect(problemsOf({ [name]: secret.slice(0, 32) })).toEqual([]);
  });

  it.each([
    "secret".repeat(8),
    "your-256-bit-secret-goes-here-right-now",
    "please-change-me-before-production-use",
  ])("is refused when it is easy to guess: %s", (weak) => {
    expect(problemsOf({ [name]: weak })).toEqual([expect.stringContaining(`${name} is too easy to guess.`)]);
  });
});

describe("JWT_SECRET", () => {
  it("has to be there when a database is named, and the line says how to make one", () => {
    const problems = problemsOf({ DATABASE_URL: "postgres://db/ownlist" });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^JWT_SECRET is not set.*node -p/);
  });

  it("takes random ones, whatever they are written in", () => {
    for (let round = 0; round < 200; round++) {
      const random = randomBytes(32);
      for (const format of ["hex", "base64", "base64url"] as const) {
        expect(problemsOf({ JWT_SECRET: random.toString(format) })).toEqual([]);
      }
    }
  });
});
