import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}

/** The fragment of the page's address, with its sign: "#sign-up", or "". */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash);
}
