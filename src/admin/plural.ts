/** @returns a number and what there is of it, such as "1 task" and "2 tasks" */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
