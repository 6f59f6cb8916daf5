import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReverseProxy, runReverseProxy } from "./reverse-proxy.ts";

/** Debian's. */
export const nginxPath = "/usr/sbin/nginx";

/** Where there is none its tests are skipped; but in CI they run into its absence and fail. */
export const areNginxTestsOn = existsSync(nginxPath) || Boolean(process.env.CI);

/**
 * Runs nginx as whoever runs the tests, with everything that it writes in a folder of its own.
 *
 * @param servers what belongs into its http block, listening on 127.0.0.1
 * @param port one that the servers listen on
 * @throws Error with what nginx says of a configuration that it doesn't take
 */
export async function startNginx(servers: string, port: number): Promise<ReverseProxy> {
  const dir = mkdtempSync(join(tmpdir(), "ownlist-nginx-"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(dir, "nginx.conf"),
    `daemon off;
master_process off;
pid ${dir}/pid;
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${dir}/${name};`).join("\n  ")}
${servers}
}
`,
  );
  const args = ["-p", dir, "-c", join(dir, "nginx.conf"), "-e", "stderr"];
  return runReverseProxy({ program: nginxPath, args, checkArgs: [...args, "-t"], dir, port });
}
