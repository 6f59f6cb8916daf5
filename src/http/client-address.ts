import type { IncomingMessage } from "node:http";
import { BlockList, isIP, type Socket } from "node:net";

const withPort = /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;
const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * Reads whom to believe.
 *
 * @param proxies IP addresses and ranges in CIDR notation
 * @returns null for nobody
 * @throws Error for what is neither
 */
export function readProxies(proxies: readonly string[]): BlockList | null {
  if (proxies.length === 0) return null;
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = "", prefix] = proxy.split("/");
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, prefix === "" ? Number.NaN : Number(prefix), familyOf(address));
  }
  return list;
}

/** Whether an address is of a trusted proxy. */
export const isAmong = (proxies: BlockList | null, address: string): boolean =>
  proxies?.check(address, familyOf(address)) === true;

/**
 * The address that a request came from: the connection's own, or, as far as each hop is a trusted proxy, the one that
 * it names in X-Forwarded-For, from right to left. What stands further left anybody could have written.
 *
 * @returns in one form for each address; an IPv4 address mapped to IPv6 is the IPv4 address
 */
export function addressOf({ socket, headers }: IncomingMessage, proxies: BlockList | null): string {
  let address = peerOf(socket);
  if (!isAmong(proxies, address)) return address;
  // Several of these headers count as one (RFC 9110 §5.3), which is how Node hands them over.
  const hops = String(headers["x-forwarded-for"] ?? "").split(",");
  while (hops.length > 0 && isAmong(proxies, address)) {
    const next = readAddress((hops.pop() ?? "").trim());
    if (next === null) break;
    address = next;
  }
  return address;
}

/** What limits count an address as: of IPv6 its /64, any address of which one subscriber can take (RFC 6177). */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return `${[...groups, ...Array<string>(Math.max(0, missing)).fill("0")].slice(0, 4).join(":")}::/64`;
}

/** Who is at the other end of the connection; nobody's address when it is closed already. */
export function peerOf({ remoteAddress }: Socket): string {
  const address = remoteAddress ?? "0.0.0.0";
  // Written in the one form by the system, unlike what comes in headers.
  return address.replace(/^::ffff:(?=\d+\.)|%.*$/g, "");
}

const familyOf = (address: string) => (address.includes(":") ? "ipv6" : "ipv4");

/** Reads an address as connections and proxies write it, with a port or a zone or neither. */
function readAddress(written: string): string | null {
  const [, bracketed, dotted] = withPort.exec(written) ?? [];
  const address = (bracketed ?? dotted ?? written).replace(/%.*$/, "");
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return null;
  // Compressed, in lower case and without dots (URL standard, "IPv6 serializer").
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high = "", low = ""] = mapped.exec(plain) ?? [];
  return high === "" ? plain : [...bytesOf(high), ...bytesOf(low)].join(".");
}

function bytesOf(group: string): [number, number] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
