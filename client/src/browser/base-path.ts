/**
 * Where the client lies on its origin, which the server has written into the page.
 * @returns "/tasks"; "" for the root
 */
export function getBasePath(): string {
  const path = document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? "/";
  // "./" is what stands in index.html, which Vite's server sends as it is.
  return path.startsWith("/") ? path.slice(0, -1) : "";
}

/** The address of a path of the server's: "/graphql", or "/settings/profile". Anything else stays as it is. */
export function withBase(path: string): string {
  return path.startsWith("/") ? getBasePath() + path : path;
}

/** The path that an address of this origin names on the server; what is not below the base stays as it is. */
export function withoutBase(pathname: string): string {
  const base = getBasePath();
  if (pathname === base) return "/";
  return base !== "" && pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
}

/**
 * What to call something that the browser keeps for the whole origin: another name for each server that lies there.
 * @param name what it is called at the root is this behind "ownlist."
 */
export function ownName(name: string): string {
  return `ownlist${getBasePath()}.${name}`;
}
