import type { IncomingMessage, RequestListener } from "node:http";
import type { TLSSocket } from "node:tls";
import { saidByProxy } from "./client-address.ts";
import { isHost } from "./target.ts";

/** Where people reach this server, for the requests of one that was told. */
const publicUrlOf = new WeakMap<IncomingMessage, URL>();

/**
 * Has a listener's requests go by the address that the operator says people reach it at.
 * @param publicUrl an absolute URL, of which the origin counts; null where nobody has said
 */
export function knownAs(listener: RequestListener, publicUrl: string | null): RequestListener {
  if (publicUrl === null) return listener;
  const url = new URL(publicUrl);
  return (req, res) => {
    publicUrlOf.set(req, url);
    listener(req, res);
  };
}

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
export function isOwnOrigin(req: IncomingMessage, origin: string): boolean {
  const url = readOrigin(origin);
  if (url === null) return false;
  const { protocol, host, origin: normal } = url;
  if (publicUrlOf.get(req)?.origin === normal) return true;
  return hostsOf(req).some((own) => hostIn(protocol, own) === host);
}

/**
 * Whether the request's sender used TLS: up to here, or up to a trusted proxy that says so in X-Forwarded-Proto; or,
 * where no such proxy says anything, by asking for the host of a PUBLIC_URL that has TLS.
 */
export function isSecure(req: IncomingMessage): boolean {
  if ((req.socket as Partial<TLSSocket>).encrypted === true) return true;
  const protocol = saidByProxy(req, "x-forwarded-proto");
  if (protocol !== null) return protocol.toLowerCase() === "https";
  const url = publicUrlOf.get(req);
  if (url?.protocol !== "https:") return false;
  return hostsOf(req).some((own) => hostIn(url.protocol, own) === url.host);
}

/**
 * Whether what a browser keeps for a host, all of its ports included, is this server's to say: it uses TLS, and on the
 * port that is meant where none is named. On any other there may be servers beside it that have no TLS.
 */
export function speaksForHost(req: IncomingMessage): boolean {
  if (!isSecure(req)) return false;
  const host = publicUrlOf.get(req)?.host ?? hostsOf(req).at(-1);
  const normal = host === undefined ? null : hostIn("https:", host);
  return normal !== null && !/:\d+$/.test(normal);
}

/** The hosts that a request may have been sent to; the one that is the likeliest last. */
function hostsOf(req: IncomingMessage): string[] {
  const forwarded = saidByProxy(req, "x-forwarded-host");
  const hosts = [req.headers.host, forwarded].filter((host) => typeof host === "string" && isHost(host));
  const port = saidByProxy(req, "x-forwarded-port");
  if (port === null || !/^\d{1,5}$/.test(port)) return hosts as string[];
  // Left out by proxies that name it in a header of its own.
  return hosts.flatMap((host) => [`${host}`, `${host?.replace(/:\d*$/, "")}:${port}`]);
}

/** @returns a host in the form that browsers have it in, without the port that the protocol implies */
function hostIn(protocol: string, host: string): string | null {
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : null;
}
