/** What the links carry that people are sent: in the address's fragment, which browsers send to no server. */
type Carried = { email: string; code: string; invite: string };

const nothing: Carried = { email: "", code: "", invite: "" };
let carried = nothing;

/** Takes it out of the page's address, at the page's start: a code is not to stay in the browser's history. */
export function takeMailedLink(): void {
  const params = new URLSearchParams(location.hash.slice(1));
  if (!params.has("code") && !params.has("invite")) return;
  const read = (name: string) => params.get(name) ?? "";
  carried = { email: read("email"), code: read("code"), invite: read("invite") };
  history.replaceState(history.state, "", location.pathname + location.search);
}

/** What the link carried that led here; empty texts where there was none. */
export function getCarried(): Carried {
  return carried;
}

/** It has been used, or somebody else is here. */
export function forgetCarried(): void {
  carried = nothing;
}
