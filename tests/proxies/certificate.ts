import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that nobody has signed but itself, in files. */
export function makeCertificate(names: string[]) {
  const dir = mkdtempSync(join(tmpdir(), "ownlist-tls-"));
  const [certificate, key] = [join(dir, "certificate.pem"), join(dir, "key.pem")];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=tests", "-addext", `subjectAltName=${names.map((name) => `DNS:${name}`)}`];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", ...kind, ...subject, ...files], { stdio: "ignore" });
  return { certificate, key, remove: () => rmSync(dir, { recursive: true }) };
}
