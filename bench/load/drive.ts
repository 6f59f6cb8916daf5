import { Connection, type Response } from "./connection.ts";

/** Requests to be sent again and again, each connection waiting for an answer before it sends the next. */
export type Load = {
  port: number;
  /** Whole HTTP requests in ASCII. {@link noncePlace} in them stands for what is different each time. */
  requests: string[];
  connections: number;
  /** What every good answer contains. */
  expected: string;
  /** How long; until {@link Load.count} answers where it is left out. */
  seconds?: number;
  /** How many; without a limit where it is left out. */
  count?: number;
  /** Statuses by which the server may say that it is too busy: counted, and no failure. */
  refusals?: number[];
};

export type Measured = {
  answers: number;
  refused: number;
  seconds: number;
  /** Microseconds that half of the answers, and 99 of 100, took at most. */
  p50: number;
  p99: number;
};

/** Eight characters, so that the length of a request is known before. */
export const noncePlace = "__nonce_";

let nonce = 0;

function nextNonce(): string {
  nonce += 1;
  return String(nonce).padStart(noncePlace.length, "0");
}

/**
 * Drives a server.
 * @param stopped ends it early
 * @throws Error for the first answer that is not as expected
 */
export async function drive(load: Load, stopped: AbortSignal): Promise<Measured> {
  const { requests, count = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = load;
  const parts = requests.map((request) => request.split(noncePlace));
  const latencies: number[] = [];
  let sent = 0;
  let refused = 0;
  const started = performance.now();
  const deadline = started + seconds * 1000;

  async function keepAsking(): Promise<void> {
    const connection = new Connection(load.port);
    try {
      while (sent < count && !stopped.aborted) {
        const [start = "", ...rest] = parts[sent % parts.length] ?? [];
        sent += 1;
        const request = rest.length === 0 ? start : `${start}${nextNonce()}${rest.join("")}`;
        const before = performance.now();
        const response = await connection.send(request);
        const after = performance.now();
        if (load.refusals?.includes(response.status)) refused += 1;
        else checkResponse(response, load.expected);
        latencies.push((after - before) * 1000);
        if (after > deadline) return;
      }
    } finally {
      connection.close();
    }
  }

  await Promise.all(Array.from({ length: load.connections }, keepAsking));
  const duration = (performance.now() - started) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  return { answers: sorted.length, refused, seconds: duration, p50: quantile(0.5), p99: quantile(0.99) };
}

function checkResponse({ status, body }: Response, expected: string): void {
  if (status === 200 && body.includes(expected) && !body.includes('"errors"')) return;
  throw new Error(`answered ${status}: ${body.toString("utf8", 0, 400)}`);
}
