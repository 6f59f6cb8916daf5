declare global {
  /** Where the package that locks the page's scrolling behind a dialog looks for the nonce of its style. */
  var __webpack_nonce__: string | undefined;
}

/**
 * The nonce that the server put into the page: styles that scripts write are applied only with it. Browsers hide it
 * from everything but scripts (HTML standard, "nonce").
 */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** Tells it to those who can't be handed it. */
export function publishStyleNonce(): void {
  globalThis.__webpack_nonce__ = readStyleNonce();
}
