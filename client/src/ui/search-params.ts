import { useSyncExternalStore } from "react";

const changed = "ownlist:search-params";

/** Whose addresses are being made: each entry of the tab's history says it. */
let owner: string | null = null;

function subscribe(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(changed, listener);
  };
}

/** The query string of the page's address, as it is now. */
export function useSearchParams(): URLSearchParams {
  const search = useSyncExternalStore(subscribe, () => location.search);
  return new URLSearchParams(search);
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
  const address = search ? `/?${search}` : "/";
  if (how === "push") history.pushState({ owner }, "", address);
  else history.replaceState({ owner }, "", address);
  dispatchEvent(new Event(changed));
}

function stamp(address?: string): void {
  history.replaceState({ owner }, "", address);
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
    if (state === null) stamp();
    else if (state.owner !== owner) stamp("/");
  };
  check();
  addEventListener("popstate", check);
}

/** Says whose page it is from now on. The address stays for whoever signs in, since they came by it. */
export function changeOwner(id: string | null): void {
  const isSigningIn = id !== null && (owner === null || owner === id);
  owner = id;
  stamp(isSigningIn ? location.pathname + location.search : "/");
}
