/** What an input is made of, and so what may come back. */
export type Kind =
  | "document"
  | "mangled document"
  | "variables"
  | "body"
  | "headers"
  | "address"
  | "account"
  | "socket";

export type Header = readonly [name: string, value: string];

/** One request that is HTTP, whatever it says. */
export type HttpRequest = {
  method: string;
  target: string;
  headers: readonly Header[];
  body: Buffer | null;
};

/** Whose credential a request carries: none, one that holds, one that can't, or who knows. */
export type Credential = "none" | "good" | "bad" | "unknown";

/** What is sent to the server, on a connection that is shared, or as bytes on one of its own. */
export type Input = {
  kind: Kind;
  credential: Credential;
  request: HttpRequest | Buffer;
  /** How often it is sent, one after the other: what comes again is answered by other code. */
  times: number;
};

/** One answer; several may come on a connection of one's own. */
export type Reply = {
  status: number;
  /** By their names in lower case, each as often as it came. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: Buffer;
};

/** @returns the bytes of a request, with its Content-Length */
export function serialise({ method, target, headers, body }: HttpRequest): Buffer {
  const length: Header[] = body === null ? [] : [["Content-Length", String(body.length)]];
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, "latin1");
  return body === null ? head : Buffer.concat([head, body]);
}

/** @returns an input as it is sent, as far as it can be shown */
export function describeInput({ request }: Input): string {
  const bytes = Buffer.isBuffer(request) ? request : serialise(request);
  const text = bytes.toString("utf8");
  return text.length > 3000 ? `${text.slice(0, 3000)}… (${bytes.length} bytes)` : text;
}
