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

/** The body of an answer, and what the operation costs that it answers. */
type Known<Operation> = { body: string; operation: Operation };
type Kept<Operation> = Known<Operation> & { notes: RequestNotes };

/**
 * Keeps answers for as long as they are right: until anything of the viewer's changes. Each request reads the viewer's
 * `seq` before it looks here, and no change goes without a new one: an answer made after the same number was read is
 * what making it again would give. It is the viewer's alone, whose answers lie apart from all others'.
 */
export type AnswerCache<Operation> = {
  find(
    viewer: Owner,
    exchange: Pick<Exchange, "notes">,
    request: Pick<GraphqlRequest, "text">,
  ): Known<Operation> | undefined;
  /**
   * Keeps an answer, when the request has come twice.
   * @param known with an answer that depends on the request and the viewer's rows alone
   */
  keep(
    viewer: Owner,
    exchange: Pick<Exchange, "notes">,
    request: Pick<GraphqlRequest, "text">,
    known: Known<Operation>,
  ): void;
};

// What a credential may not do is not answered to it. Nothing before the text has a line break.
function keyOf({ seq, scopes }: Owner, text: string): string {
  return `${seq} ${scopes?.join() ?? "all"}\n${text}`;
}

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
  const sizeOf = (key: string, { body }: Kept<Operation>) => key.length + body.length;
  const kept = createSharedCache<Kept<Operation>>({ maxSize, maxShare }, sizeOf);
  return {
    find(viewer, { notes }, { text }) {
      if (text === null) return undefined;
      const found = kept.get(viewer.id, keyOf(viewer, text));
      if (found !== undefined) Object.assign(notes, found.notes);
      return found;
    },
    keep(viewer, { notes }, { text }, { body, operation }) {
      if (text === null || body.length > maxAnswer) return;
      const key = keyOf(viewer, text);
      if (hasComeBefore(`${viewer.id} ${key}`))
        kept.set(viewer.id, key, { body, operation, notes: { ...notes } });
    },
  };
}
