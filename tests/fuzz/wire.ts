import { connect, type Socket } from "node:net";
import { type HttpRequest, type Reply, serialise } from "./input.ts";

/** Sends bytes and reads what comes back, without a client that would mend the one or the other. */
export type Wire = {
  /** @throws Error when there is no whole answer within the time limit */
  ask(request: HttpRequest): Promise<Reply>;
  /** Sends on a connection of its own, and ends it. @returns all answers: none, when it was just closed */
  pour(bytes: Buffer): Promise<Reply[]>;
  close(): void;
};

/** Milliseconds that an answer may take. */
const timeLimit = 5_000;

const end = "\r\n\r\n";
const unanswered = "closed without an answer";

type Parsed = { reply: Reply; length: number };

/**
 * Reads one answer (RFC 9112 §6.3).
 *
 * @param isOver whether the connection was closed behind these bytes
 * @returns it with its length in bytes; null while it is not whole
 * @throws Error for what is no answer
 */
export function parseReply(bytes: Buffer, method: string, isOver: boolean): Parsed | null {
  const at = bytes.indexOf(end);
  if (at === -1) {
    if (isOver) throw new Error(`no HTTP: ${JSON.stringify(bytes.subarray(0, 200).toString("latin1"))}`);
    return null;
  }
  const [statusLine = "", ...lines] = bytes.subarray(0, at).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new Error(`no status line: ${JSON.stringify(statusLine)}`);
  const start = at + end.length;
  if (status === 100) {
    const next = parseReply(bytes.subarray(start), method, isOver);
    return next && { reply: next.reply, length: start + next.length };
  }
  const headers = parseHeaders(lines);
  const body = readBody(
    bytes.subarray(start),
    headers,
    method === "HEAD" || status === 204 || status === 304,
  );
  if (body === null) {
    if (isOver) throw new Error(`an answer with ${status} was cut off`);
    return null;
  }
  return { reply: { status, headers, body: body.content }, length: start + body.length };
}

function parseHeaders(lines: readonly string[]): Reply["headers"] {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([!#$%&'*+.^`|~\w-]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === "") throw new Error(`no header: ${JSON.stringify(line)}`);
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

type Content = { content: Buffer; length: number };

function readBody(bytes: Buffer, headers: Reply["headers"], isBare: boolean): Content | null {
  if (isBare) return { content: Buffer.alloc(0), length: 0 };
  if (headers.get("transfer-encoding")?.[0] === "chunked") return readChunks(bytes);
  const length = Number(headers.get("content-length")?.[0]);
  if (!Number.isInteger(length)) throw new Error("an answer does not say where it ends");
  return bytes.length < length ? null : { content: bytes.subarray(0, length), length };
}

function readChunks(bytes: Buffer): Content | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    if (line === -1) return null;
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    const start = line + 2;
    if (Number.isNaN(size)) throw new Error("a chunk without a size");
    if (bytes.length < start + size + 2) return null;
    if (size === 0) return { content: Buffer.concat(chunks), length: start + 2 };
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}

/** @param url the server's */
export function createWire(url: string): Wire {
  const port = Number(new URL(url).port);
  const idle: Socket[] = [];
  const open = (): Socket => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.on("error", () => {});
    return socket;
  };

  async function ask(request: HttpRequest): Promise<Reply> {
    let socket = idle.pop();
    while (socket?.destroyed) socket = idle.pop();
    if (socket === undefined) return askOn(open(), request);
    // An idle connection may be closed at the moment it is used.
    return askOn(socket, request).catch((error: Error) => {
      if (error.message === unanswered) return askOn(open(), request);
      throw error;
    });
  }

  function askOn(used: Socket, request: HttpRequest): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    let bytes: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeLimit} ms`)), timeLimit);
    const settle = () => {
      clearTimeout(timer);
      used.off("data", take).off("close", closed);
    };
    const fail = (error: unknown) => {
      settle();
      used.destroy();
      reject(error);
    };
    const read = (isOver: boolean) => {
      try {
        const parsed = parseReply(bytes, request.method, isOver);
        if (parsed === null) return;
        settle();
        const closes = parsed.reply.headers.get("connection")?.[0] === "close";
        if (closes || isOver) used.destroy();
        else if (bytes.length > parsed.length) throw new Error("bytes behind the answer");
        else idle.push(used);
        resolve(parsed.reply);
      } catch (error) {
        fail(error);
      }
    };
    const take = (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      read(false);
    };
    const closed = () => (bytes.length === 0 ? fail(new Error(unanswered)) : read(true));
    used.on("data", take).on("close", closed);
    used.write(serialise(request));
    return promise;
  }

  async function pour(bytes: Buffer): Promise<Reply[]> {
    const socket = open();
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.end(bytes);
    const timer = setTimeout(() => socket.destroy(new Error("late")), timeLimit);
    await new Promise((resolve) => socket.once("close", resolve));
    clearTimeout(timer);
    if (socket.errored?.message === "late") throw new Error(`not closed within ${timeLimit} ms`);
    const replies: Reply[] = [];
    for (let rest = Buffer.concat(chunks); rest.length > 0; ) {
      const parsed = parseReply(rest, bytes.subarray(0, 5).toString() === "HEAD " ? "HEAD" : "POST", true);
      if (parsed === null) break;
      replies.push(parsed.reply);
      rest = rest.subarray(parsed.length);
    }
    return replies;
  }

  return {
    ask,
    pour,
    close() {
      for (const socket of idle) socket.destroy();
    },
  };
}
