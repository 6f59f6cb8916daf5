import { v7 } from "uuid";

/** @returns a UUIDv7 (RFC 9562 §5.7), greater than every one that this process made before */
export const newId = (): string => v7();

/** @returns the instant, to the millisecond, at which an id was made */
export const timeOf = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

const globalId = /^([A-Za-z]+):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** @returns the opaque, permanent id under which the outside world knows a row */
export function encodeId(type: string, id: string): string {
  return btoa(`${type}:${id}`);
}

/** @returns what an id from outside names, or null for one that {@link encodeId} never makes */
export function decodeId(id: string): { type: string; id: string } | null {
  if (id.length > 100) return null;
  const decoded = Buffer.from(id, "base64");
  if (decoded.toString("base64") !== id) return null;
  const [, type, uuid] = globalId.exec(decoded.toString("latin1")) ?? [];
  return type && uuid ? { type, id: uuid } : null;
}

/** The nil UUID (RFC 9562 §5.9), which no row has: an id that names nothing is answered like one whose row is gone. */
const noId = "00000000-0000-0000-0000-000000000000";

/** @returns the row id behind an id from outside that has to name a row of one type; no row's where it does not */
export function decodeIdOf(type: string, id: string): string {
  const node = decodeId(id);
  return node?.type === type ? node.id : noId;
}

/** @returns the 16 bytes of a UUID */
export const fromUuid = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

/** @returns the UUID of 16 bytes */
export const toUuid = (bytes: Buffer): string =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
