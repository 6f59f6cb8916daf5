import type { Random } from "./random.ts";

const graphqlTokens = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[\w-]+|[^\s\w]/g;
const pieces = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ":",
  "!",
  "$",
  "@",
  "...",
  "|",
  "=",
  "&",
  '"',
  '"""',
  "#",
  "\\",
];
const words = [
  "query",
  "mutation",
  "subscription",
  "fragment",
  "on",
  "null",
  "true",
  "@skip(if: $x)",
  "1",
  "-",
];
const characters = "\0\t\n\r !\"#$&'()*,.:=@[\\]`{|}~\u007f\u00a0\u2028\ufeff\ud83d\udc00eA0_";

type Edit<T> = (list: T[], at: number, random: Random) => void;

const edits: Edit<unknown>[] = [
  (list, at) => list.splice(at, 1),
  (list, at) => list.splice(at, 0, list[at]),
  (list, at, random) => {
    const other = random.below(list.length);
    [list[at], list[other]] = [list[other], list[at]];
  },
  (list, at, random) => list.splice(at, random.between(1, 8)),
  (list, at) => list.splice(at),
];

/** @returns a document with a few of its tokens left out, doubled, swapped or replaced */
export function mangleTokens(text: string, random: Random): string {
  const tokens = text.match(graphqlTokens) ?? [text];
  for (let count = random.between(1, 3); count > 0 && tokens.length > 0; count--) {
    const at = random.below(tokens.length);
    if (random.chance(0.4)) tokens[at] = random.pick([...pieces, ...words]);
    else random.pick(edits)(tokens, at, random);
  }
  return tokens.join(" ");
}

/** @returns a text with a few of its characters left out, doubled, swapped or replaced */
export function mangleText(text: string, random: Random, alphabet = characters): string {
  const units = text.split("");
  for (let count = random.between(1, 3); count > 0 && units.length > 0; count--) {
    const at = random.below(units.length);
    if (random.chance(0.6)) units.splice(at, random.below(2), random.pick(alphabet.split("")));
    else random.pick(edits)(units, at, random);
  }
  return units.join("");
}

/** @returns bytes of which one is another, or missing, or from which on they are missing */
export function mangleBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
  const how = random.weighted({ cut: 2, drop: 2, replace: 4, insert: 2 });
  if (how === "cut") return Buffer.from(head);
  if (how === "drop") return Buffer.concat([head, tail]);
  const byte = Buffer.from([
    random.pick([0, 10, 34, 44, 92, 123, 125, 128, 192, 237, 255, random.below(256)]),
  ]);
  return Buffer.concat([head, byte, how === "insert" ? bytes.subarray(at) : tail]);
}
