import { join } from "node:path";

/**
 * What Node.js is started with. A server works without, but it takes more memory and is ready later, and what turns text
 * into code is not closed. `npm start` has them as well, and the image of docs/self-hosting.md.
 */
export const nodeFlags: readonly string[] = [
  // Halves of V8's young generation grow to 16 MiB each otherwise; with 4 it is collected so often that lists take longer.
  "--max-semi-space-size=8",
  // Neither eval() nor new Function(): no text that somebody has sent is ever run, whatever a package makes of it.
  "--disallow-code-generation-from-strings",
  `--require=${join(import.meta.dirname, "../runtime/compile-cache.cjs")}`,
];
