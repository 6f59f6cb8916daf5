/** A task's priorities, from the least to the most; each is kept as its place in this list. */
export const priorities = ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"] as const;

export type Priority = (typeof priorities)[number];
