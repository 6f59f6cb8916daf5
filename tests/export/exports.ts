import { readFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import { z } from "zod";
import type { TestServer } from "../helpers/server.ts";

const schemaText = readFileSync(new URL("../../docs/export.schema.json", import.meta.url), "utf8");

/** What docs/export.schema.json says of the document. */
export const documented = z.fromJSONSchema(JSON.parse(schemaText));

/** The same of one that members were left out of. */
export const excerpt = z.fromJSONSchema(
  JSON.parse(schemaText, (key, value) => (key === "required" ? undefined : value)),
);

/** Asks for the export of whoever has the token, and reads it to the end. */
export async function fetchExport({ url }: TestServer, token?: string, init: RequestInit = {}) {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/export`, {
    ...init,
    headers: { ...authorization, ...(init.headers as Record<string, string>) },
  });
  const text = await response.text();
  const { status, headers } = response;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for
  const body: any = text.startsWith("{") ? JSON.parse(text) : null;
  return { status, headers, text, body, code: body?.errors?.[0]?.extensions.code };
}

/** The same, but for reading it: @returns when its first bytes are there */
export function openExport({ url }: TestServer, token: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}` };
    const request = http.get(`${url}/export`, { headers, agent: false }, (answer) => {
      answer.pause();
      resolve(answer);
    });
    request.on("error", reject);
  });
}

/** Gives somebody tasks, past the API: they are many. */
export async function addTasks(
  { admin }: TestServer,
  email: string,
  { count, descriptionLength }: { count: number; descriptionLength: number },
): Promise<void> {
  const client = await admin.connect();
  try {
    await client.query("SET session_replication_role = replica");
    await client.query(
      `INSERT INTO tasks (user_id, id, title, title_key, title_search, description, created_at, updated_at)
       SELECT id, lpad(to_hex(n), 32, '0')::uuid, 'Task ' || n, 'task', 'task', repeat('x', $3), now(), now()
       FROM users, generate_series(1, $2) AS n WHERE email = $1`,
      [email, count, descriptionLength],
    );
  } finally {
    client.release(true);
  }
}
