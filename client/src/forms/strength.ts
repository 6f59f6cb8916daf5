import { repeatedUnit } from "../../../src/rules/text.ts";

/** How hard a password is to guess: 0 is at the first try or soon after, 4 is not in anybody's time. */
export type Strength = 0 | 1 | 2 | 3 | 4;

let loading: Promise<ReadonlySet<string>> | undefined;

/** The passwords that are tried first: the list that the server refuses, too. Loaded when somebody chooses one. */
export function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"]),
  );
  // Without the list the length alone counts, until it is asked for again.
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** How many characters can't be told from the one before: neither the same nor its neighbour, as in "aaa" and "1234". */
function countSurprises(text: string): number {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  return codes.filter((code, index) => Math.abs(code - (codes[index - 1] ?? Number.NaN)) > 1 || index === 0)
    .length;
}

/**
 * Measures by what counts most, which is length: each character that is no repetition makes guessing longer.
 * @param common see {@link loadCommonPasswords}; empty while it loads
 */
export function measureStrength(password: string, common: ReadonlySet<string>): Strength {
  const lower = password.toLowerCase();
  const unit = repeatedUnit(lower);
  if (common.has(lower) || common.has(unit)) return 0;
  const length = countSurprises(unit);
  if (length < 6) return 0;
  if (length < 9) return 1;
  if (length < 12) return 2;
  return length < 18 ? 3 : 4;
}
