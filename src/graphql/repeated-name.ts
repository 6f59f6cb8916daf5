const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** @returns where the quote is that ends a string, whose content begins at `from` */
function endOfString(json: string, from: number): number {
  let end = json.indexOf('"', from);
  for (;;) {
    let escapes = end;
    while (json.charCodeAt(escapes - 1) === backslash) escapes--;
    // An even number of backslashes stand for themselves.
    if ((end - escapes) % 2 === 0) return end;
    end = json.indexOf('"', end + 1);
  }
}

/** @returns where the first character is, from there on, that is no white space (RFC 8259 §2) */
function skipSpace(json: string, from: number): number {
  let at = from;
  while (/[\t\n\r ]/.test(json.charAt(at))) at++;
  return at;
}

/**
 * Looks for a name that stands twice in one object, wherever in a text that is. Which of the two counts depends on who
 * reads it (RFC 8259 §4): JSON.parse() takes the last without a word.
 *
 * @param json has to be JSON
 * @returns the first such name, its escapes resolved; null for none
 */
export function findRepeatedName(json: string): string | null {
  /** The names so far of each object that is open. */
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === openingBrace) open.push(new Set());
    else if (unit === closingBrace) open.pop();
    if (unit !== quote) continue;
    const end = endOfString(json, at + 1);
    const next = skipSpace(json, end + 1);
    if (json.charCodeAt(next) === colon) {
      const written = json.slice(at + 1, end);
      const name: string = written.includes("\\") ? JSON.parse(`"${written}"`) : written;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
    at = next - 1;
  }
  return null;
}
