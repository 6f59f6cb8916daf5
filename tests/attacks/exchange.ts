import { type Agent, type IncomingMessage, request } from "node:http";

export type Sent = {
  token?: string | null;
  /** Posted as JSON; without one the request is a GET. */
  body?: object;
  /** Whom it comes from: any of 127.0.0.0/8. */
  localAddress?: string;
  /** Keeps connections; without one the request has its own. */
  agent?: Agent;
  signal?: AbortSignal | undefined;
};

export type Answer = { status: number; text: string };

/**
 * Sends one request and reads its answer whole.
 * @throws Error when there is none
 */
export async function exchange(url: string, sent: Sent): Promise<Answer> {
  const { token, body, signal, ...options } = sent;
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    accept: "application/graphql-response+json",
    ...(payload && { "content-type": "application/json", "content-length": payload.length }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const method = body === undefined ? "GET" : "POST";
  const req = request(url, { method, headers, agent: false, ...(signal && { signal }), ...options });
  req.end(payload);
  let response: IncomingMessage;
  try {
    response = await new Promise((done, failed) => req.once("response", done).on("error", failed));
  } catch (error) {
    // A server may close a kept connection at any time: clients try again (node:http, request.reusedSocket).
    if (!req.reusedSocket || (error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    const { agent, ...again } = sent;
    return exchange(url, again);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}
