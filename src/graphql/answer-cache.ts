import type { Exchange, RequestNotes } from "../http/exchange.ts";
import type { Viewer } from "../identity/viewer.ts";
import { createSharedCache } from "../runtime/bounded-cache.ts";
import type { GraphqlRequest } from "./endpoint.ts";

/** UTF-16 units of all the answers that are kept, with the requests that they answer. */
const maxSize = 8_000_000;

/** The part of it that one user's may take. */
const maxShare = maxSize / 8;

/** Requests that are remembered as having come once. */
const rememberedRequests = 16_384;

/** Answers larger than this are not worth the room. */
const maxAnswer = 100_000;

type Owner = Pick<Viewer, "id" | "seq" | "scopes">;
type Noting = Pick<Exchange, "notes">;
type Asking = Pick<GraphqlRequest, "text">;

/** The body of an answer, and what the operation costs that it answers. */
type Known<Operation> = { body: string; operation: Operation };

/** An answer, and for whom it is right: what a credential may not do is not answered to it. */
type Kept<Operation> = Known<Operation> & { notes: RequestNotes; seq: string; scopes: string };

/**
 * Keeps answers for as long as they are right: until anything of the viewer's changes. Each request reads the viewer's
 * `seq` before it looks here, and no change goes without a new one: an answer made after the same number was read is
 * what making it again would give. It is the viewer's alone, whose answers lie apart from all others'.
 */
export type AnswerCache<Operation> = {
  /** @returns the answer that is right for the viewer as they were read; notes what its request noted */
  find(viewer: Owner, exchange: Noting, request: Asking): Known<Operation> | undefined;
  /**
   * Whether there may be an answer for the user, whatever has changed and whichever credential they come with. It counts
   * as no use, so that it can be asked before anybody knows who sent the request.
   */
  has(userId: string, request: Asking): boolean;
  /**
   * Keeps an answer, when the request has come twice since anything has changed.
   * @param known with an answer that depends on the request and the viewer's rows alone
   */
  keep(viewer: Owner, exchange: Noting, request: Asking, known: Known<Operation>): void;
};

const scopesOf = ({ scopes }: Owner): string => scopes?.join() ?? "all";

/** FNV-1a (the 32-bit hash of Fowler, Noll and Vo). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/**
 * Makes what tells whether a text has come before, roughly: some are forgotten, and one in billions is mistaken for
 * another. Most requests never come again, and to keep their answers would cost more than it gives.
 */
function createSightings() {
  const seen = new Uint32Array(rememberedRequests);
  return (text: string): boolean => {
    const value = hash(text);
    const place = value % rememberedRequests;
    const isKnown = seen[place] === value;
    seen[place] = value;
    return isKnown;
  };
}

export function createAnswerCache<Operation>(): AnswerCache<Operation> {
  const hasComeBefore = createSightings();
  /** To one text: one for each set of scopes that it was sent with, of which there are few. */
  type Entries = readonly Kept<Operation>[];
  const sizeOf = (text: string, entries: Entries) =>
    entries.reduce((size, { body, scopes }) => size + text.length + scopes.length + body.length, 0);
  const kept = createSharedCache<Entries>({ maxSize, maxShare }, sizeOf);
  const without = (entries: Entries, scopes: string) => entries.filter((entry) => entry.scopes !== scopes);
  const replace = (userId: string, text: string, entries: Entries) =>
    entries.length > 0 ? kept.set(userId, text, entries) : kept.delete(userId, text);
  return {
    find(viewer, { notes }, { text }) {
      if (text === null) return undefined;
      const scopes = scopesOf(viewer);
      const entries = kept.get(viewer.id, text) ?? [];
      const found = entries.find((entry) => entry.scopes === scopes);
      if (found === undefined) return undefined;
      if (found.seq === viewer.seq) {
        Object.assign(notes, found.notes);
        return found;
      }
      // Never right again.
      replace(viewer.id, text, without(entries, scopes));
      return undefined;
    },
    has: (userId, { text }) => text !== null && kept.has(userId, text),
    keep(viewer, { notes }, { text }, { body, operation }) {
      if (text === null || body.length > maxAnswer) return;
      const { id, seq } = viewer;
      const scopes = scopesOf(viewer);
      if (!hasComeBefore(`${id} ${seq} ${scopes}\n${text}`)) return;
      const others = without(kept.get(id, text) ?? [], scopes);
      replace(id, text, [...others, { body, operation, notes: { ...notes }, seq, scopes }]);
    },
  };
}
