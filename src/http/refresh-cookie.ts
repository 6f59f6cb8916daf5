import type { IncomingMessage } from "node:http";
import type { RefreshCookie } from "../cookie.ts";
import { Refusal } from "../errors.ts";
import { isSecure } from "./client-address.ts";

/** The prefix has browsers refuse the cookie from anybody but this very host over TLS (RFC 6265bis §4.1.3.2). */
const secureName = "__Host-ownlist-refresh";
/** Where there is no TLS, as on http://localhost. */
const plainName = "ownlist-refresh";

export function createRefreshCookie(req: IncomingMessage, now: () => Date): RefreshCookie {
  const isTls = isSecure(req) || req.headers.origin?.startsWith("https://") === true;
  const [name, secure] = isTls ? [secureName, "; Secure"] : [plainName, ""];
  let header: string | null = null;
  const write = (value: string, seconds: number) => {
    header = `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  };
  const peek = () => cookieOf(req, secureName) ?? cookieOf(req, plainName);
  return {
    peek,
    read() {
      const token = peek();
      if (token !== null) checkOrigin(req);
      return token;
    },
    set: (token, expiresAt) =>
      write(token, Math.max(0, Math.floor((expiresAt.getTime() - now().getTime()) / 1000))),
    clear: () => write("", 0),
    get header() {
      return header;
    },
  };
}

function cookieOf({ headers }: IncomingMessage, name: string): string | null {
  for (const pair of headers.cookie?.split(";") ?? []) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value) return value;
  }
  return null;
}

/** What a browser says of the page that sent a request: Origin (RFC 6454), and Fetch Metadata. */
function checkOrigin({ headers }: IncomingMessage): void {
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  const isOurs = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  const isSameOrigin = site === undefined || site === "same-origin" || site === "none";
  const isSaid = origin !== undefined || site !== undefined;
  // A header that no form can send stands for both where a client is no browser.
  if (isOurs && isSameOrigin && (isSaid || headers["graphql-require-preflight"] !== undefined)) return;
  throw new Refusal(
    "CSRF",
    "The cookie counts only for the web client itself. Without a browser, send the header GraphQL-Require-Preflight.",
  );
}
