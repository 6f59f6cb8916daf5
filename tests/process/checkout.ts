import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { canReach } from "../../src/db/embedded/owner.ts";
import { temporaryFolder } from "./ownlist-process.ts";

const repository = resolve(import.meta.dirname, "../..");

/** Makes a checkout of its own in a folder, whose packages are those of this one but for those that are copied. */
export function makeCheckout(checkout: string, isCopied: (name: string) => boolean): void {
  const packages = join(checkout, "node_modules");
  mkdirSync(packages, { recursive: true });
  for (const name of ["src", "prisma", "package.json"]) {
    cpSync(join(repository, name), join(checkout, name), { recursive: true });
  }
  for (const name of readdirSync(join(repository, "node_modules"))) {
    const path = join(repository, "node_modules", name);
    if (isCopied(name)) execFileSync("cp", ["-a", "--reflink=auto", path, packages]);
    else if (name !== ".cache") symlinkSync(path, join(packages, name));
  }
}

/** A checkout that any user can read, and only root write to; with a Node.js that they can run. */
export function makePublicCheckout(): { root: string; node: string } {
  const root = join(temporaryFolder(), "checkout");
  const isReachable = canReach({ uid: 54_321, gid: 54_321 }, join(repository, "node_modules"));
  makeCheckout(root, () => !isReachable);
  execFileSync("chmod", ["-R", "go=u-w", join(root, "src"), join(root, "prisma"), join(root, "..")]);
  const node = relative(repository, process.execPath);
  return { root, node: isReachable || node.startsWith("..") ? process.execPath : join(root, node) };
}
