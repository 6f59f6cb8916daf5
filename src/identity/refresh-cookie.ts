import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { Refusal } from "../errors.ts";
import type { Exchange } from "../http/exchange.ts";
import { isOwnOrigin, isSecure, readOrigin } from "../http/own-address.ts";

/** The refresh token of browsers, which no script gets to see. What this server has not made counts as none. */
export type RefreshCookie = {
  /**
   * @returns the token; null where there is none
   * @throws Refusal CSRF where the request may have been made by a page of another site
   */
  read(): string | null;
  /** What the cookie says, to be compared only: whoever made the request. */
  peek(): string | null;
  set(token: string, expiresAt: Date): void;
  /** Takes back what is this server's. */
  clear(): void;
  /** The headers Set-Cookie of the answer; none where nothing is to be changed. */
  readonly headers: readonly string[];
};

export type RefreshCookieOptions = {
  /** A UUID. */
  installationId: string;
  /** Whether a refresh token was made here. */
  isOurs: (token: string) => boolean;
  now: () => Date;
  log: Logger;
};

/** Characters of a log line for what a request says of itself; hosts are shorter. */
const toldLength = 300;

/**
 * Makes what reads and writes the cookie with the refresh token. Browsers keep cookies by host, whatever the port, so
 * its name says which installation it is of, and what this server has not sealed is neither believed nor touched.
 *
 * @returns a function that finds the cookie of a request
 */
export function createRefreshCookies({ installationId, isOurs, now, log }: RefreshCookieOptions) {
  const ownName = `ownlist-refresh-${installationId.replaceAll("-", "").slice(0, 12)}`;
  // The second is how version 0.1 called it: read until the last of those cookies has had its time, and replaced.
  const plainNames = [ownName, "ownlist-refresh"] as const;
  // The prefix has browsers refuse the cookie from anybody but this very host over TLS (RFC 6265bis §4.1.3.2). So
  // where there is TLS no other counts: a host beside this one can write those.
  const secureNames = [`__Host-${ownName}`, "__Host-ownlist-refresh"] as const;
  const requireOwnPage = createOwnPageCheck(log);

  return (exchange: Exchange): RefreshCookie => {
    const isTls = usesTls(exchange);
    const names = isTls ? secureNames : plainNames;
    const lines = new Map<string, string>();
    let known: { name: string; token: string }[] | undefined;
    const find = (among: readonly string[]) =>
      among.flatMap((name) =>
        valuesOf(exchange.req, name)
          .filter(isOurs)
          .map((token) => ({ name, token })),
      );
    const ours = () => {
      known ??= find(names);
      return known;
    };
    const write = (name: string, token: string, seconds: number) => {
      const secure = isTls ? "; Secure" : "";
      lines.set(name, `${name}=${token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`);
    };
    const peek = () => ours()[0]?.token ?? null;
    const clear = () => {
      for (const { name } of ours()) write(name, "", 0);
    };
    return {
      peek,
      read() {
        if (find([...secureNames, ...plainNames]).length > 0) requireOwnPage(exchange);
        return peek();
      },
      set(token, expiresAt) {
        clear();
        const seconds = Math.floor((expiresAt.getTime() - now().getTime()) / 1000);
        write(names[0], token, Math.max(0, seconds));
      },
      clear,
      get headers() {
        return [...lines.values()];
      },
    };
  };
}

/** Whether the browser keeps its cookies as of TLS: its own word, where it names the page, and else what is known. */
function usesTls(exchange: Exchange): boolean {
  const { origin = "" } = exchange.req.headers;
  return /^https?:/.test(origin) ? origin.startsWith("https:") : isSecure(exchange);
}

function valuesOf({ headers }: IncomingMessage, name: string): string[] {
  const pairs = (headers.cookie?.split(";") ?? []).map((pair) => pair.trim().split("=", 2));
  return pairs.flatMap(([key, value]) => (key === name && value ? [value] : []));
}

/**
 * Makes what lets through requests of the web client's own pages alone, by what browsers say: Fetch Metadata, and
 * Origin (RFC 6454).
 *
 * @param log hears once where pages may be refused for what a proxy makes of their address
 */
function createOwnPageCheck(log: Logger): (exchange: Exchange) => void {
  let isTold = false;
  return (exchange) => {
    const { req } = exchange;
    const { origin, host } = req.headers;
    const site = req.headers["sec-fetch-site"];
    // The browser knows both addresses, and no page can write this header. It leaves it out where there is no TLS.
    if (site === "same-origin") return;
    const isOurs = origin === undefined || isOwnOrigin(exchange, origin);
    const isSaid = origin !== undefined || site !== undefined;
    // A header that no form can send stands for both where a client is no browser.
    const isMeant = isSaid || req.headers["graphql-require-preflight"] !== undefined;
    if (isOurs && isMeant && (site === undefined || site === "none")) return;
    if (!isTold && !isOurs && site === undefined && readOrigin(origin) !== null) {
      isTold = true;
      log.warn(
        { origin: origin.slice(0, toldLength), host: host?.slice(0, toldLength) },
        "a page was refused because this server does not know its address for its own: if it is, have the proxy pass on Host with its port, or X-Forwarded-Host with the proxy named in TRUST_PROXY, or set PUBLIC_URL",
      );
    }
    throw new Refusal(
      "CSRF",
      "The cookie counts only for the web client itself. Without a browser, send the header GraphQL-Require-Preflight.",
    );
  };
}
