import { createBoundedCache } from "../runtime/bounded-cache.ts";
import type { Binding } from "./binding.ts";
import type { Statement } from "./bound-query.ts";

/** Milliseconds of the database's time in which a statement is short. */
const shortTime = 5;

/** Users' statements of which it is remembered, those that ran last. */
const maxRemembered = 10_000;

/** What leaves no transaction open, whatever its values are. */
const plain = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/;

/** Tells which statements are short enough to share a connection with others' that come after them. */
export type ShortStatements = {
  isShort(binding: Binding, statement: Statement): boolean;
  /**
   * Notes how long one took that had a connection to itself.
   * @param milliseconds of the database's time
   */
  ran(binding: Binding, statement: Statement, milliseconds: number): void;
  /** Notes that one held up others. */
  wasLong(binding: Binding, statement: Statement): void;
};

/**
 * What may look at very many rows, which is charged to its user, counts as short after it was, for that user; everything
 * else until it was not.
 */
export function createShortStatements(): ShortStatements {
  const remembered = createBoundedCache<boolean>(maxRemembered, () => 1);
  const keyOf = ({ value }: Binding, { name }: Statement) => `${value} ${name}`;
  const isPlain = ({ role, isLarge }: Binding, { name, text, timeout }: Statement) =>
    role === "ownlist_app" &&
    isLarge !== true &&
    name !== undefined &&
    timeout === undefined &&
    plain.test(text);

  return {
    isShort: (binding, statement) =>
      isPlain(binding, statement) &&
      (remembered.get(keyOf(binding, statement)) ?? binding.isCharged !== true),
    ran(binding, statement, milliseconds) {
      if (!isPlain(binding, statement)) return;
      const key = keyOf(binding, statement);
      if (binding.isCharged || remembered.get(key) === false) remembered.set(key, milliseconds < shortTime);
    },
    wasLong: (binding, statement) => remembered.set(keyOf(binding, statement), false),
  };
}
