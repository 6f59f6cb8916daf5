import { createContext, use, useSyncExternalStore } from "react";
import { ownName } from "./base-path.ts";

/**
 * What somebody has typed and the server doesn't have yet. It belongs to the person: it outlives the part of the page
 * that shows it, a fault of the whole page, a reload, and the end of a session that nobody wanted to end.
 */
export type Drafts = {
  /** The draft of this name, the same object until it is written; undefined where there is none. */
  read: (name: string) => unknown;
  /** undefined: there is nothing left to keep. */
  write: (name: string, draft: unknown) => void;
  /** Whether it is from before: another page or another session of the same person, and nothing has become of it yet. */
  isOld: (name: string) => boolean;
  list: () => [name: string, draft: unknown][];
  /** Calls back on each change. Returns the function that stops it. */
  subscribe: (listener: () => void) => () => void;
};

const storageKey = () => ownName("drafts");

/** To be raised with each change of what a draft looks like: a page of another version can't read it. */
const format = 1;

/** Whose they are; null: nobody's, and nothing is kept. */
let owner: string | null = null;
let isOwnerHere = false;
let drafts = createDrafts([]);

function createDrafts(old: [string, unknown][]): Drafts {
  const byName = new Map(old);
  const oldNames = new Set(byName.keys());
  const listeners = new Set<() => void>();
  return {
    read: (name) => byName.get(name),
    write: (name, draft) => {
      if (draft === undefined) byName.delete(name);
      else byName.set(name, draft);
      oldNames.delete(name);
      if (document.visibilityState === "hidden") handOver();
      for (const listener of listeners) listener();
    },
    isOld: (name) => oldNames.has(name),
    list: () => [...byName],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The drafts of whoever uses the page now. */
export function getDrafts(): Drafts {
  return drafts;
}

/** Whether anything is kept, for whoever is here or was until the session ended. */
export function areDraftsKept(): boolean {
  return drafts.list().length > 0;
}

/**
 * At the page's start: takes what the page before it, in the same tab, has left for the same person.
 * @param userId null: nobody is signed in
 */
export function startDrafts(userId: string | null): void {
  owner = userId;
  isOwnerHere = userId !== null;
  drafts = createDrafts(takeOver());
  addEventListener("pagehide", handOver);
  addEventListener("pageshow", forgetHandedOver);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") handOver();
    else forgetHandedOver();
  });
}

/**
 * Says who uses the page from now on. Drafts stay for the same person; anybody else ends them.
 * @param userId null: nobody, until somebody signs in
 * @param isInterrupted whether the session ended without the person's doing, who may come back
 */
export function changeDraftsOwner(userId: string | null, isInterrupted: boolean): void {
  isOwnerHere = userId !== null;
  if (userId !== null) {
    drafts = createDrafts(userId === owner ? drafts.list() : []);
    owner = userId;
  } else if (!isInterrupted) {
    // What still writes into the ones before writes for nobody.
    drafts = createDrafts([]);
    owner = null;
  }
  forgetHandedOver();
}

/** Leaves the drafts for the page that comes after this one in its tab, as long as their owner is signed in. */
function handOver(): void {
  if (isOwnerHere && areDraftsKept()) writeStorage();
  else forgetHandedOver();
}

/** Whether drafts would outlive a reload: the browser keeps them, and somebody is signed in. */
export function canHandOver(): boolean {
  const isWritten = isOwnerHere && writeStorage();
  forgetHandedOver();
  return isWritten;
}

function writeStorage(): boolean {
  try {
    sessionStorage.setItem(storageKey(), JSON.stringify({ format, owner, list: drafts.list() }));
    return true;
  } catch {
    // Storage is switched off or full: they live as long as the page.
    return false;
  }
}

function takeOver(): [string, unknown][] {
  try {
    const left = JSON.parse(sessionStorage.getItem(storageKey()) ?? "null");
    forgetHandedOver();
    return left?.format === format && left.owner === owner && owner !== null ? left.list : [];
  } catch {
    return [];
  }
}

/** Text is in the browser's storage only while no page shows it. */
function forgetHandedOver(): void {
  try {
    sessionStorage.removeItem(storageKey());
  } catch {
    // See writeStorage().
  }
}

export const DraftsContext = createContext<Drafts>(drafts);

export function useDrafts(): Drafts {
  return use(DraftsContext);
}

/**
 * A draft of the person whose page it is, to be shown and written. Whoever reads a name is also who writes it, so that
 * it is of the type that they say.
 * @param name null: nothing is kept
 */
export function useNamedDraft<T>(
  name: string | null,
): [draft: T | undefined, write: (draft: T | undefined) => void] {
  const { read, write, subscribe } = useDrafts();
  const draft = useSyncExternalStore(subscribe, () => (name === null ? undefined : read(name))) as
    | T
    | undefined;
  return [draft, (next) => name !== null && write(name, next)];
}
