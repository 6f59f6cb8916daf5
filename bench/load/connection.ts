import { connect, type Socket } from "node:net";

export type Response = { status: number; body: Buffer };

const headEnd = Buffer.from("\r\n\r\n");
const nothing: Buffer = Buffer.alloc(0);

/**
 * A kept-alive HTTP/1.1 connection with one request at a time, and as little work for it as can be: what the load costs,
 * the server under it lacks. It reads answers with a Content-Length alone, which all servers here send.
 */
export class Connection {
  readonly #port: number;
  #socket: Socket | null = null;
  #received = nothing;
  #settle: { done: (response: Response) => void; failed: (error: Error) => void } | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** @throws Error when the connection breaks, or the answer is not of the expected form */
  send(request: string): Promise<Response> {
    const socket = this.#socket ?? this.#open();
    socket.write(request, "latin1");
    return new Promise((done, failed) => {
      this.#settle = { done, failed };
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    // No encoding is set: it is no text.
    socket.on("data", (chunk) => this.#read(chunk as Buffer));
    socket.on("error", (error) => this.#settle?.failed(error));
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#settle?.failed(new Error("the server closed the connection before it answered"));
    });
    this.#socket = socket;
    return socket;
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(headEnd);
    if (end === -1) return;
    const head = this.#received.toString("latin1", 0, end);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) {
      this.#settle?.failed(new Error(`an answer without a Content-Length:\n${head}`));
      return;
    }
    const bodyStart = end + headEnd.length;
    if (this.#received.length < bodyStart + Number(length)) return;
    const body = this.#received.subarray(bodyStart);
    this.#received = nothing;
    // A server may want a new connection after so many requests.
    if (/^connection: *close/im.test(head)) this.close();
    this.#settle?.done({ status: Number(head.slice(9, 12)), body });
  }
}
