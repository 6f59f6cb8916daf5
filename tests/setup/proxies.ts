import { areCaddyTestsOn, caddyPath } from "./caddy.ts";
import { areNginxTestsOn, nginxPath } from "./nginx.ts";

export default function setup() {
  if (!areNginxTestsOn) say(nginxPath);
  if (!areCaddyTestsOn) say(caddyPath);
}

function say(path: string): void {
  process.stdout.write(
    `There is no ${path}: its tests in tests/proxies are skipped. Install it to run them.\n`,
  );
}
