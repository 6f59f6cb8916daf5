import { useSyncExternalStore } from "react";
import { withBase, withoutBase } from "./base-path.ts";

const changed = "ownlist:address";

/** Where links lead that people are sent: nobody's pages, which stay when another is signed in. */
const mailedPaths = new Set(["/reset", "/signup", "/verify"]);

/** Whose addresses are being made: each entry of the tab's history says it. */
let owner: string | null = null;

/** Where somebody was whose session ended, who may come back. */
let left: { owner: string | null; address: string } | null = null;

function subscribe(listener: () => void): () => void {
  const events = ["popstate", "hashchange", changed];
  for (const event of events) addEventListener(event, listener);
  return () => {
    for (const event of events) removeEventListener(event, listener);
  };
}

/** The query string of the page's address, as it is now. */
export function useSearchParams(): URLSearchParams {
  const search = useSyncExternalStore(subscribe, () => location.search);
  return new URLSearchParams(search);
}

/** The path of the page's address, below the client's own: "/", or "/settings/profile". */
export function getPath(): string {
  return withoutBase(location.pathname);
}

/** The same, as it is now. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, getPath);
}

/** The fragment of the page's address, with its sign: "#sign-up", or "". */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash);
}

/**
 * Changes the address without loading a page.
 * @param changes null takes a parameter away
 * @param how push: the back button undoes it; replace: it doesn't
 */
export function setSearchParams(changes: Record<string, string | null>, how: "push" | "replace"): void {
  const params = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  const search = params.toString();
  goTo(search ? `/?${search}` : "/", how);
}

/**
 * Goes to another page of the client without loading it.
 * @param address from the path on, below the client's own: "/settings/profile"; or the whole of it
 * @param how push: the back button undoes it; replace: it doesn't
 */
export function goTo(address: string, how: "push" | "replace" = "push"): void {
  const url = withBase(address);
  if (how === "push") history.pushState({ owner }, "", url);
  else history.replaceState({ owner }, "", url);
  dispatchEvent(new Event(changed));
}

/**
 * Says whose page this is, at its start, before anything follows the address. From then on, going back to an address of
 * somebody else is going to the plain one: what they looked for stays theirs. One from outside is as good as one's own.
 * @param id the user's; null: nobody is signed in
 */
export function startHistory(id: string | null): void {
  owner = id;
  const check = () => {
    const state = history.state as { owner: string | null } | null;
    if (state === null) goTo(location.href, "replace");
    else if (state.owner !== owner) goTo("/", "replace");
  };
  check();
  addEventListener("popstate", check);
}

/**
 * Says whose page it is from now on. The address stays for whoever signs in, since they came by it; who comes back is
 * where they were.
 * @param isInterrupted whether the last owner's session ended without their doing
 */
export function changeOwner(id: string | null, isInterrupted: boolean): void {
  const isSigningIn = id !== null && (owner === null || owner === id);
  const path = getPath();
  const address = path + location.search;
  const back = id !== null && left?.owner === id && address === "/" ? left.address : address;
  left = id === null && isInterrupted && !mailedPaths.has(path) ? { owner, address } : null;
  owner = id;
  if (mailedPaths.has(path)) goTo(path, "replace");
  else goTo(isSigningIn ? back : "/", "replace");
}
