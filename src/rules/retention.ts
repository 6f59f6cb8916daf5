/** Days that things are kept which nobody can use any more, or only for a while; then housekeeping removes them. */
export const daysKept = {
  /** In which it can be brought back. */
  deletedTask: 30,
  /** In which it is still listed. */
  expiredToken: 30,
  securityEvent: 180,
} as const;

const day = 24 * 60 * 60 * 1000;

/** @returns the time so many days of 24 hours before another */
export const daysBefore = (time: Date, days: number): Date => new Date(time.getTime() - days * day);
