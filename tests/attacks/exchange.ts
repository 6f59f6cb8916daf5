import { type Agent, type IncomingMessage, request } from "node:http";

export type Sent = {
  method?: "GET" | "POST";
  token?: string | null;
  /** Sent as JSON. */
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
  const { token, body, method = body === undefined ? "GET" : "POST", signal, ...options } = sent;
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    accept: "application/graphql-response+json",
    ...(payload && { "content-type": "application/json", "content-length": payload.length }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const req = request(url, { method, headers, agent: false, ...(signal && { signal }), ...options });
  req.end(payload);
  try {
    const response = await new Promise<IncomingMessage>((done, failed) => {
      req.once("response", done).once("error", failed);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
  } catch (error) {
    // A kept connection that the server closed meanwhile is nobody's refusal: clients try again (node:http, reusedSocket).
    if (req.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET")
      return exchange(url, { ...sent, agent: undefined as never });
    throw error;
  }
}
