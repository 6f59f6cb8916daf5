/** The number of the rule below: a text that was folded by another is folded anew when the server starts. */
export const foldingRule = 2;

/** UTF-16 units of a folded title that count for its place in a sorted list: what a B-tree entry has room for. */
const maxTitleKeyLength = 600;

/** More marks in a row than any language writes (the limit of UAX #15's Stream-Safe Text Format). */
const tooManyMarks = /\p{M}{31}/u;

/**
 * Unicode normalisation (UAX #15), but for text with letters under a heap of marks, which comes back as it was:
 * putting those in order takes a time that grows with their square, seconds for a request full of them.
 */
export function normalise(text: string, form: "NFC" | "NFKC" | "NFKD"): string {
  return tooManyMarks.test(text) ? text : text.normalize(form);
}

/**
 * What does not count: accents, the points and vowel marks that readers of Hebrew, Arabic and Syriac leave out, and what
 * is not seen. The vowel signs and tones of India's and South-East Asia's scripts are letters, and do.
 */
const uncounted =
  /[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}[\p{M}&&[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Cyrillic}]]]/gv;

/**
 * Latin letters that Unicode does not take apart into a letter and an accent, by what they count as: CLDR's
 * transliteration Latin-ASCII (release 42), and for those that it leaves alone what has the same primary weight in the
 * root collation (UTS #10, DUCET).
 */
const plainLetters: Record<string, string> = {
  a: "ᴀᶏⱥꞛꟁ",
  aa: "ꜳ𐞀",
  ae: "æᴁ",
  ao: "ꜵ",
  au: "ꜷ",
  av: "ꜹꜻ",
  ay: "ꜽ",
  b: "ƀƃɓʙᴃᵬᶀ",
  c: "ƈȼɕᴄꞓ",
  d: "ðđƌȡɖɗᴅᴆᵭᶁᶑꝱꝺ",
  db: "ȸ",
  dz: "ʣʥ",
  e: "ɇɛᴇᶒᶓⱸ",
  f: "ƒᵮᶂꜰꝼ",
  g: "ǥɠɡɢʛᵹᶃꞡ",
  h: "ħɦɧʜⱨ",
  hv: "ƕ",
  i: "ɨɪᵻᶖ",
  j: "ȷɉɟʝᴊ",
  k: "ƙᴋᶄⱪꝁꝃꝅꞣ",
  l: "łƚȴɫɬɭʟᴌᶅⱡꝇꝉꝲ",
  ll: "ỻ",
  ls: "ʪ",
  lz: "ʫ",
  m: "ɱᴍᵯᶆꝳ",
  n: "ŋƞȵɲɳɴᵰᶇꝴꞑꞥ",
  o: "øᴏⱺꝋꝍꞝ",
  oe: "œɶ",
  oi: "ƣ",
  oo: "ꝏ",
  p: "ƥᴘᵱᵽᶈꝑꝓꝕ",
  q: "ĸʠꝗꝙ",
  qp: "ȹ",
  r: "ɍɼɽɾʀᵲᵳᶉꝛꝵꝶꞃꞧ",
  s: "ȿʂᵴᶊẜẝꜱꞅꞩꟙ",
  t: "ŧƫƭȶʈᴛᵵⱦꝷꞇ",
  th: "þᵺꝥꝧ",
  ts: "ƾʦ",
  tz: "ꜩ",
  u: "ʉᴜᵾᶙꞟ",
  ue: "ᵫ",
  v: "ʋᴠᶌỽⱱⱴꝟ",
  vy: "ꝡ",
  w: "ᴡⱳꟃ",
  x: "ᶍ",
  y: "ƴɏʏỿ",
  z: "ƶȥɀʐʑᴢᵶᶎⱬ",
};

const plainOf = new Map(
  Object.entries(plainLetters).flatMap(([plain, letters]) => [...letters].map((letter) => [letter, plain])),
);
const toBePlain = new RegExp(`[${[...plainOf.keys()].join("")}]`, "gu");

/**
 * UTF-16 units that count of a text once it is taken apart. In what people write a letter becomes four at most, but there
 * is one that becomes eighteen, and a description full of it would keep all others waiting.
 */
const longestApart = (text: string) => 4 * text.length + 1000;

const ascii = /^[\0-\x7f]*$/;

/**
 * @returns a text for searching in, searching for and sorting by: without case (both sigmas alike, ß as ss, i with and
 *   without its dot alike, since I stands for the one or the other), without accents, Latin letters as those of ASCII;
 *   folded again it stays the same
 */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  const longest = longestApart(text);
  const cut = (some: string) => (some.length > longest ? some.slice(0, longest).toWellFormed() : some);
  const counted = (some: string) =>
    cut(normalise(some.replace(uncounted, ""), "NFKD")).replace(uncounted, "");
  const letters = counted(text).toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return normalise(
    counted(letters).replace(toBePlain, (letter) => plainOf.get(letter) ?? letter),
    "NFC",
  );
}

/** @returns what a title is sorted by */
export function foldTitle(title: string): string {
  return foldText(title).slice(0, maxTitleKeyLength).toWellFormed();
}

/** @returns the words of a search; it finds what has all of them, as parts of words too, once that is folded */
export function foldWords(search: string): string[] {
  return foldText(search).split(/\s+/).filter(Boolean);
}

/** Negative if one folded text comes before another: by code point, as PostgreSQL's collation "C" has it. */
export function compareFolded(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  return inOrder(a.charCodeAt(at)) - inOrder(b.charCodeAt(at));
}

/** A UTF-16 unit such that those of surrogate pairs come after all others. */
const inOrder = (unit: number) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x2800 : unit);
