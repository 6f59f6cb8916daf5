import { useState } from "react";

/**
 * Keeps the last value while there is none: while the next one loads, and when reading it again has failed.
 * @param key what the value belongs to
 * @returns the value, and whether it belongs to an earlier key
 */
export function useKept<T>(
  value: T | null | undefined,
  key: string,
): { value: T | undefined; isOld: boolean } {
  const [kept, setKept] = useState<{ value: T | undefined; key: string }>({ value: undefined, key });
  if (value && (kept.value !== value || kept.key !== key)) {
    setKept({ value, key });
    return { value, isOld: false };
  }
  return { value: kept.value, isOld: kept.value !== undefined && kept.key !== key };
}
