import { spawn } from "node:child_process";
import { join } from "node:path";
import { inject } from "vitest";
import { jwtSecret, type TestServer } from "../helpers/server.ts";

const root = join(import.meta.dirname, "../..");

/** What the command said and how it ended. */
export type Said = { status: number | null; stdout: string; stderr: string };

/** Runs `npm run admin -- …`, with nothing from outside but where to find programs. */
export function runAdmin(args: string[], env: Record<string, string>): Promise<Said> {
  const child = startAdmin(args, env);
  child.stdin.end();
  return outcomeOf(child);
}

/** Starts it, and leaves the rest to the caller. */
export function startAdmin(args: string[], env: Record<string, string>) {
  return spawn(process.execPath, [join(root, "src/admin.ts"), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: "pipe",
  });
}

/** Waits for its end. */
export function outcomeOf(child: ReturnType<typeof startAdmin>): Promise<Said> {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => {
      said[name] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...said }));
  });
}

/** The environment in which the command finds a test server's database. */
export function environmentOf({ connection }: Pick<TestServer, "connection">): Record<string, string> {
  const { user, host = "", port, database } = connection;
  return {
    DATABASE_URL: `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    DATABASE_PREPARE: inject("pooler") === null ? "on" : "off",
    JWT_SECRET: jwtSecret,
    PUBLIC_URL: "https://tasks.example.com",
  };
}

/**
 * Runs the command for a server.
 * @returns what it said
 * @throws Error when it failed
 */
export async function admin(server: TestServer, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runAdmin(args, environmentOf(server));
  if (status !== 0 || stderr !== "") throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
