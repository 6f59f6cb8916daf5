/** @returns a moment as the adapter writes it, in UTC; of the years 0 to 9999 */
export function writeTimestamp(date: Date): string {
  const iso = date.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, date.getUTCMilliseconds() === 0 ? 19 : 23)}`;
}

const zone = /[+-]\d{2}(:\d{2})?$/;
const time = /\d{2}:\d{2}:\d{2}(\.\d+)?\+00:00$/;

/** What the adapter and the client make of the text between them: years before 100 or after 9999, infinity. */
function readUnusual(text: string): Date {
  const iso = text.replace(" ", "T");
  const inUtc = zone.test(iso) ? iso.replace(zone, "+00:00") : `${iso}+00:00`;
  return new Date(time.test(inUtc) ? inUtc : `${inUtc}T00:00:00Z`);
}

const [plus, minus, dot, zero, colon, space] = [43, 45, 46, 48, 58, 32];

const two = (text: string, at: number): number =>
  (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;

/** Whether it begins like 2026-11-27 17:31:13; PostgreSQL has digits everywhere else. */
const isUsual = (text: string): boolean =>
  text.charCodeAt(4) === minus &&
  text.charCodeAt(7) === minus &&
  text.charCodeAt(10) === space &&
  text.charCodeAt(13) === colon &&
  text.charCodeAt(16) === colon;

/** @returns what is between two places as thousandths, of one to three digits behind a point; -1 for anything else */
function milliseconds(text: string, from: number, to: number): number {
  if (from === to) return 0;
  if (text.charCodeAt(from) !== dot || to - from > 4) return -1;
  let thousandths = 0;
  for (let at = from + 1, weight = 100; at < to; at++, weight /= 10)
    thousandths += (text.charCodeAt(at) - zero) * weight;
  return thousandths;
}

/** Reads a timestamp in UTC, with the zone or without: by its digits, which is faster than to have it parsed. */
export function readTimestamp(text: string): Date {
  const end = text.charCodeAt(text.length - 3) === plus ? text.length - 3 : text.length;
  const fraction = milliseconds(text, 19, end);
  const year = two(text, 0) * 100 + two(text, 2);
  // Date.UTC takes years below 100 for those of the twentieth century.
  if (!isUsual(text) || fraction < 0 || year < 100) return readUnusual(text);
  const month = two(text, 5) - 1;
  return new Date(Date.UTC(year, month, two(text, 8), two(text, 11), two(text, 14), two(text, 17), fraction));
}
