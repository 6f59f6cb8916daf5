/**
 * What Node.js is started with so that a server takes less memory; it works without. `npm start` has them as well, and
 * the image of docs/self-hosting.md.
 */
export const nodeFlags: readonly string[] = [
  // Halves of V8's young generation have 16 MiB each otherwise (measured: 50 MiB less under a load of lists, no slower).
  "--max-semi-space-size=4",
];
