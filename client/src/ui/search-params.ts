import { useSyncExternalStore } from "react";

const changed = "ownlist:search-params";

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
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  dispatchEvent(new Event(changed));
}

/** Back to the plain address: nothing that somebody looked for stays in it. */
export function clearSearchParams(): void {
  history.replaceState(null, "", "/");
  dispatchEvent(new Event(changed));
}

/** Takes the fragment off the address and leaves the rest. */
export function clearHash(): void {
  history.replaceState(null, "", `/${location.search}`);
}
