import { existsSync } from "node:fs";

/** The browser that the tests drive: what CHROMIUM names, or Debian's. */
export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Where there is no browser its tests are skipped; but in CI they run into its absence and fail. */
export const areBrowserTestsOn = existsSync(chromiumPath) || Boolean(process.env.CI);

export default function setup() {
  if (areBrowserTestsOn) return;
  process.stdout.write(
    `No Chromium at ${chromiumPath}: the tests in tests/browser are skipped. Install it, or name it in CHROMIUM.\n`,
  );
}
