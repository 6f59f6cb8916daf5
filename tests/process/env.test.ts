import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, readEnv } from "../../src/env.ts";

const secret = randomBytes(32).toString("base64url");

function problemsOf(source: Record<string, string>): string[] {
  try {
    readEnv(source);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  it("has a value for everything when nothing is set", () => {
    expect(readEnv({})).toEqual({
      port: 4000,
      host: "127.0.0.1",
      databaseUrl: null,
      databasePrepare: true,
      dataDir: resolve("data"),
      jwtSecret: null,
      jwtExpiresIn: 604_800,
      bcryptCost: 12,
      passwordMinLength: 8,
      answerCache: true,
      graphiql: true,
      logLevel: "info",
      processes: 1,
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
      OWNLIST_DATA: "/srv/ownlist",
      JWT_SECRET: secret,
      JWT_EXPIRES_IN: "12h",
      BCRYPT_COST: "10",
      PASSWORD_MIN_LENGTH: "12",
      GRAPHIQL: "off",
      LOG_LEVEL: "debug",
      WEB_CONCURRENCY: "64",
    });
    expect(env).toMatchObject({ port: 0, host: "0.0.0.0", dataDir: "/srv/ownlist", jwtSecret: secret });
    expect(env).toMatchObject({ jwtExpiresIn: 43_200, bcryptCost: 10, passwordMinLength: 12 });
    expect(env).toMatchObject({ graphiql: false, logLevel: "debug", processes: 64 });
    expect(env.databaseUrl).toBe("postgresql://u:p@db.example/ownlist?sslmode=verify-full");
  });

  it.each([
    ["7d", 604_800],
    ["30m", 1800],
    ["45s", 45],
    ["3600", 3600],
    ["366d", 31_622_400],
  ])("reads the time %s", (time, seconds) => {
    expect(readEnv({ JWT_EXPIRES_IN: time }).jwtExpiresIn).toBe(seconds);
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
    ["GRAPHIQL", "yes"],
    ["LOG_LEVEL", "loud"],
    ["WEB_CONCURRENCY", "0"],
    ["WEB_CONCURRENCY", "65"],
    ["WEB_CONCURRENCY", "auto"],
  ])("refuses %s=%s, names it, quotes it and says what it takes", (name, value) => {
    const [problem, ...others] = problemsOf({ [name]: value });
    expect(problem).toMatch(new RegExp(`^${name} is ${JSON.stringify(value)}; it takes .+\\.$`));
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

describe("JWT_SECRET", () => {
  it("has to be there when a database is named, and the line says how to make one", () => {
    const problems = problemsOf({ DATABASE_URL: "postgres://db/ownlist" });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^JWT_SECRET is not set.*node -p/);
  });

  it("has to have 32 bytes, and is not shown when it has fewer", () => {
    expect(problemsOf({ JWT_SECRET: "k9".repeat(4) })[0]).toMatch(
      /^JWT_SECRET has 8 bytes; it takes 32 at least\./,
    );
    expect(problemsOf({ JWT_SECRET: "short-Secr3t" })[0]).not.toContain("short-Secr3t");
    expect(problemsOf({ JWT_SECRET: secret.slice(0, 31) })).toHaveLength(1);
    expect(problemsOf({ JWT_SECRET: secret.slice(0, 32) })).toEqual([]);
  });

  it.each([
    "secret".repeat(8),
    "your-256-bit-secret-goes-here-right-now",
    "please-change-me-before-production-use",
  ])("is refused when it is easy to guess: %s", (weak) => {
    expect(problemsOf({ JWT_SECRET: weak })[0]).toMatch(/^JWT_SECRET is too easy to guess\./);
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
