/** What an operation of Prisma's is asked for. */
export type Args =
  | { where?: { AND?: object | object[] }; data?: object; select?: Readonly<Record<string, unknown>> }
  | undefined;

/** The owner's column and id, which every row of a user's has. */
export type Scope = Readonly<Record<string, string>>;

/** Whether a filter or new values name the owner themselves. */
function namesOwner(scope: Scope, part: object = {}): boolean {
  return Object.keys(scope).some((column) => column in part);
}

/** @returns the same, of the owner's rows alone */
export function atOwner(scope: Scope, args: Args): object {
  const where = args?.where;
  if (!namesOwner(scope, where)) return { ...args, where: { ...where, ...scope } };
  // Both have to hold: whoever asks for another user's rows gets none, rather than the viewer's.
  return { ...args, where: { ...where, AND: [where?.AND ?? [], scope].flat() } };
}

/**
 * @returns the same change, of the owner's rows alone
 * @throws Error when it would give a row away
 */
export function changeWithin(scope: Scope, args: Args): object {
  if (namesOwner(scope, args?.data)) throw new Error("A row's owner can't be changed.");
  return atOwner(scope, args);
}

/** @returns the same new row, as the owner's */
export function createWithin(scope: Scope, args: Args): object {
  return { ...args, data: { ...args?.data, ...scope } };
}
