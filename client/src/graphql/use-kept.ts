import { useState } from "react";

/**
 * Keeps the last value while there is none: while the next one loads, and when reading it again has failed.
 * @param valueKey what the value belongs to: urql hands out the last operation's until the next one has answered
 * @param key what is wanted now
 * @returns the value, and whether it belongs to something else than what is wanted
 */
export function useKept<T>(
  value: T | null | undefined,
  valueKey: string | number | undefined,
  key: string | number,
): { value: T | undefined; isOld: boolean } {
  const [kept, setKept] = useState<{ value: T | undefined; key: typeof valueKey }>({ value: undefined, key });
  let current = kept;
  if (value && (kept.value !== value || kept.key !== valueKey)) {
    current = { value, key: valueKey };
    setKept(current);
  }
  return { value: current.value, isOld: current.value !== undefined && current.key !== key };
}
