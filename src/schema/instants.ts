/** @returns all numbers of so many digits */
const numbersOf = (digits: number) =>
  Array.from({ length: 10 ** digits }, (_, number) => String(number).padStart(digits, "0"));

const [two, three] = [numbersOf(2), numbersOf(3)];

/**
 * @returns what `toISOString` does, which takes three times as long; a page of tasks has a hundred of them
 * @throws RangeError for an invalid date
 */
export function writeInstant(date: Date): string {
  const year = date.getUTCFullYear();
  // Others are written with a sign, and no date has none.
  if (!(year >= 0 && year <= 9999)) return date.toISOString();
  const years = `${two[Math.trunc(year / 100)]}${two[year % 100]}`;
  const day = `${years}-${two[date.getUTCMonth() + 1]}-${two[date.getUTCDate()]}`;
  const time = `${two[date.getUTCHours()]}:${two[date.getUTCMinutes()]}:${two[date.getUTCSeconds()]}`;
  return `${day}T${time}.${three[date.getUTCMilliseconds()]}Z`;
}
