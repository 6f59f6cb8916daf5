import { request } from "node:https";

export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
};

/** Somebody with a browser: it says which page sends a request, and keeps a cookie. */
export type Visitor = {
  /** @param path of the origin, from its slash on */
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** Sends one operation from the page. */
  send(query: string, variables?: object, headers?: Record<string, string>): Promise<Reply>;
  /** The cookie as it was last set: its name, value and attributes; null when there is none. */
  cookie(): string | null;
};

/**
 * @param url where the web client is, over TLS
 * @param way on which port of 127.0.0.1 that is in truth, and from which address of the loopback network one comes
 */
export function createVisitor(url: string, way: { port: number; localAddress: string }): Visitor {
  const { origin, hostname, host, pathname } = new URL(url);
  let cookie: string | null = null;

  async function ask(
    path: string,
    method: string,
    headers: Record<string, string>,
    body = "",
  ): Promise<Reply> {
    const kept = cookie === null ? {} : { Cookie: cookie.split(";")[0] };
    const sent = request({
      host: "127.0.0.1",
      ...way,
      path,
      method,
      servername: hostname,
      headers: { Host: host, "Sec-Fetch-Site": "same-origin", ...kept, ...headers },
      // The proxy has made its certificate itself.
      rejectUnauthorized: false,
    });
    sent.end(body);
    return new Promise((resolve, reject) => {
      sent.once("error", reject).once("response", async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        const set = response.headers["set-cookie"]?.at(-1);
        if (set !== undefined) cookie = /Max-Age=0\b/.test(set) ? null : set;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
  }

  return {
    get: (path, headers = {}) => ask(path, "GET", headers),
    send: (query, variables = {}, headers = {}) =>
      ask(
        `${pathname.replace(/\/$/, "")}/graphql`,
        "POST",
        { "Content-Type": "application/json", Origin: origin, ...headers },
        JSON.stringify({ query, variables }),
      ),
    cookie: () => cookie,
  };
}
