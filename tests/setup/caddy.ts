import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReverseProxy, runReverseProxy } from "./reverse-proxy.ts";

/** Debian's. */
export const caddyPath = "/usr/bin/caddy";

/** Where there is none its tests are skipped; but in CI they run into its absence and fail. */
export const areCaddyTestsOn = existsSync(caddyPath) || Boolean(process.env.CI);

/**
 * Runs Caddy as whoever runs the tests, with everything that it writes in a folder of its own. It makes certificates
 * with an authority of its own, which it tells nobody to trust, and asks no other for any.
 *
 * @param sites what stands in its Caddyfile
 * @param to the host that they are for, and where it is to take TLS
 * @throws Error with what Caddy says of a configuration that it doesn't take
 */
export async function startCaddy(sites: string, to: { host: string; port: number }): Promise<ReverseProxy> {
  const dir = mkdtempSync(join(tmpdir(), "ownlist-caddy-"));
  writeFileSync(
    join(dir, "Caddyfile"),
    `{
	admin off
	auto_https disable_redirects
	default_bind 127.0.0.1
	https_port ${to.port}
	local_certs
	servers {
		protocols h1 h2
	}
	skip_install_trust
	storage file_system ${dir}
}
${sites}`,
  );
  const args = ["--config", join(dir, "Caddyfile"), "--adapter", "caddyfile"];
  const env = { HOME: dir, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir };
  const checkArgs = ["validate", ...args];
  return runReverseProxy({ program: caddyPath, args: ["run", ...args], checkArgs, dir, env, ...to });
}
