/** How long a token can be valid, in days; or until a day of one's choice. */
export const expiries = ["30", "90", "365", "date"] as const;

export type Expiry = (typeof expiries)[number];

export const expiryWords: Record<Expiry, string> = {
  "30": "30 days",
  "90": "90 days",
  "365": "365 days",
  date: "Other",
};

/**
 * When a token that is made now expires.
 * @param date the day of one's choice, at whose end it expires here: 2026-11-21
 * @returns an RFC 3339 timestamp, or null where that day is none or over
 */
export function expiryOf(expiry: Expiry, date: string, now = new Date()): string | null {
  if (expiry !== "date") return new Date(now.getTime() + Number(expiry) * 86_400_000).toISOString();
  const start = new Date(`${date}T00:00`);
  // A second before the next day begins: the last hour of a day can come twice.
  const end = new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1).getTime() - 1_000;
  return Number.isNaN(end) || end <= now.getTime() ? null : new Date(end).toISOString();
}
