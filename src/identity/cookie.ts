/** The refresh token of browsers, which no script gets to see. What this server has not made counts as none. */
export type RefreshCookie = {
  /**
   * @returns the token; null where there is none
   * @throws Refusal CSRF where the request may have been made by a page of another site
   */
  read(): string | null;
  /** What the cookie says, to be compared only: whoever made the request. */
  peek(): string | null;
  set(token: string, expiresAt: Date): void;
  /** Takes back what is this server's. */
  clear(): void;
  /** The headers Set-Cookie of the answer; none where nothing is to be changed. */
  readonly headers: readonly string[];
};
