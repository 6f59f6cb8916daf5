import type { Answer, Dialect, Operation } from "./operation.ts";

/** A running server, and how to speak to it. */
export type Target = { port: number; dialect: Dialect };

function headersOf(token: string | null, body: string | undefined): Record<string, string> {
  return {
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
}

/** @returns the HTTP request that asks for an operation, as it is sent */
export function writeRequest({ port, dialect }: Target, operation: Operation): string {
  const { method, path, body } = dialect.write(operation);
  const text = body && JSON.stringify(body);
  const headers = {
    Host: `127.0.0.1:${port}`,
    ...headersOf(operation.token, text),
    ...(text === undefined ? {} : { "Content-Length": Buffer.byteLength(text) }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text ?? ""}`;
}

/** Asks once. */
export async function send({ port, dialect }: Target, operation: Operation): Promise<Response> {
  const { method, path, body } = dialect.write(operation);
  const text = body && JSON.stringify(body);
  const headers = headersOf(operation.token, text);
  return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: text ?? null });
}

/**
 * Asks once, and reads the answer.
 * @throws Error when it is not one
 */
export async function ask(target: Target, operation: Operation): Promise<Answer> {
  const response = await send(target, operation);
  const text = await response.text();
  const { token: _, ...question } = operation;
  const problem = `${JSON.stringify(question)} was answered with ${response.status}: ${text.slice(0, 1000)}`;
  if (![200, 404].includes(response.status) || text.includes('"errors"')) throw new Error(problem);
  return target.dialect.read(operation, JSON.parse(text));
}
