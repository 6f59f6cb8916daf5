import type { TLSSocket } from "node:tls";
import type { Exchange } from "./exchange.ts";
import { isHost } from "./target.ts";

/**
 * @param publicUrl where the operator says that people reach the server, as an absolute URL; null where nobody has said
 */
export const readPublicUrl = (publicUrl: string | null): URL | null =>
  publicUrl === null ? null : new URL(publicUrl);

/** UTF-16 units: a scheme, a host of 253 characters (RFC 1035 §2.3.4) and a port; nothing longer is anybody's. */
const maxOriginLength = 300;

/** @returns what the header Origin names; null for what is no address of a page */
export function readOrigin(origin: string): URL | null {
  return origin.length > maxOriginLength || !/^https?:\/\//.test(origin) ? null : URL.parse(origin);
}

/**
 * Whether an origin is this server's own: that of PUBLIC_URL, or of the host that was asked for, as it came or as a
 * trusted proxy says that it was before.
 *
 * @param origin as the header of that name has it (RFC 6454 §7)
 */
export function isOwnOrigin(exchange: Exchange, origin: string): boolean {
  const url = readOrigin(origin);
  if (url === null) return false;
  const { protocol, host, origin: normal } = url;
  if (exchange.publicUrl?.origin === normal) return true;
  return hostsOf(exchange).some((own) => hostIn(protocol, own) === host);
}

/**
 * Whether the request's sender used TLS: up to here, or up to a trusted proxy that says so in X-Forwarded-Proto; or,
 * where no such proxy says anything, by asking for the host of a PUBLIC_URL that has TLS.
 */
export function isSecure(exchange: Exchange): boolean {
  if ((exchange.req.socket as Partial<TLSSocket>).encrypted === true) return true;
  const protocol = saidByProxy(exchange, "x-forwarded-proto");
  if (protocol !== null) return protocol.toLowerCase() === "https";
  const url = exchange.publicUrl;
  if (url?.protocol !== "https:") return false;
  return hostsOf(exchange).some((own) => hostIn(url.protocol, own) === url.host);
}

/**
 * Whether what a browser keeps for a host, all of its ports included, is this server's to say: it uses TLS, and on the
 * port that is meant where none is named. On any other there may be servers beside it that have no TLS.
 */
export function speaksForHost(exchange: Exchange): boolean {
  if (!isSecure(exchange)) return false;
  const host = exchange.publicUrl?.host ?? hostsOf(exchange).at(-1);
  const normal = host === undefined ? null : hostIn("https:", host);
  return normal !== null && !/:\d+$/.test(normal);
}

/**
 * What a trusted proxy says of a request in a header of its own.
 * @returns the first of what such headers list, which is of the sender; null where nothing is said, or by somebody else
 */
function saidByProxy({ req, isProxied }: Exchange, header: `x-forwarded-${string}`): string | null {
  if (!isProxied) return null;
  const [first = ""] = String(req.headers[header] ?? "").split(",");
  return first.trim() || null;
}

/** The hosts that a request may have been sent to; the one that is the likeliest last. */
function hostsOf(exchange: Exchange): string[] {
  const forwarded = saidByProxy(exchange, "x-forwarded-host");
  const hosts = [exchange.req.headers.host, forwarded].filter(
    (host) => typeof host === "string" && isHost(host),
  );
  const port = saidByProxy(exchange, "x-forwarded-port");
  if (port === null || !/^\d{1,5}$/.test(port)) return hosts as string[];
  // Left out by proxies that name it in a header of its own.
  return hosts.flatMap((host) => [`${host}`, `${host?.replace(/:\d*$/, "")}:${port}`]);
}

/** @returns a host in the form that browsers have it in, without the port that the protocol implies */
function hostIn(protocol: string, host: string): string | null {
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : null;
}
