/** Who is signed in on this browser. The only module that knows where the token is kept. */
export type Session = { accessToken: string; expiresAt: string; userId: string };

/** How the last session ended: by the button, by the server's refusal, or in another tab. */
export type Ending = "signed-out" | "refused" | "elsewhere";

const key = "ownlist.session";
const listeners = new Set<() => void>();

let raw: string | null | undefined;
let current: Session | null = null;
let ending: Ending | null = null;

function parse(text: string | null): Session | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<keyof Session, unknown>;
  return [fields.accessToken, fields.expiresAt, fields.userId].every((field) => typeof field === "string");
}

function read(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage switched off: the session lives as long as the page.
    return raw ?? null;
  }
}

function write(text: string | null): void {
  raw = text;
  current = parse(text);
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // See read().
  }
  for (const listener of listeners) listener();
}

/** The session, or null when nobody is signed in. The same object until it changes. */
export function getSession(): Session | null {
  const text = read();
  if (text !== raw) {
    raw = text;
    current = parse(text);
  }
  return current;
}

/** How the session ended that this page had, or null if it had none. */
export function getEnding(): Ending | null {
  return ending;
}

/** Keeps a session for this tab, for its reloads and for all other tabs. */
export function startSession(session: Session): void {
  ending = null;
  write(JSON.stringify(session));
}

/**
 * Forgets the session.
 * @param accessToken ends only the session of this token: a late refusal for the last user must not sign out the next.
 */
export function endSession(accessToken: string, how: Ending): void {
  if (getSession()?.accessToken !== accessToken) return;
  ending = how;
  write(null);
}

/** Calls back whenever somebody signs in or out, in this tab or another. Returns the function that stops it. */
export function onSessionChange(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return;
    ending = getSession() ? null : "elsewhere";
    listener();
  };
  listeners.add(listener);
  addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", onStorage);
  };
}
