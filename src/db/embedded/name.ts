import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../runtime/start-error.ts";
import { isNamed, type Owner } from "./owner.ts";

/** A name that a user without one has while initdb runs. */
export type LentName = {
  /** What initdb has to find in its environment. */
  env: Record<string, string>;
  /** Removes what the name took. */
  takeBack(): void;
  /** What to tell people where initdb has failed with this reason; null when that was not for want of a name. */
  refusal(reason: string): StartError | null;
};

/**
 * initdb asks for its user's name, without using it, and a container may run as any number: nss_wrapper answers such
 * questions from a file, on machines that have it. PostgreSQL itself asks for none.
 */
export function lendName(owner: Owner | null, dataDir: string): LentName {
  if (isNamed(owner)) return { env: {}, takeBack: () => {}, refusal: () => null };
  const uid = owner?.uid ?? process.getuid?.();
  const gid = owner?.gid ?? process.getgid?.();
  const line = `ownlist:x:${uid}:${gid}::/:/sbin/nologin`;
  const path = join(dataDir, `.passwd-${process.pid}`);
  rmSync(path, { force: true });
  writeFileSync(path, `${line}\n`, { flag: "wx", mode: 0o644 });
  return {
    // The loader looks for the library, and goes on where it finds none.
    env: {
      LD_PRELOAD: "libnss_wrapper.so",
      NSS_WRAPPER_PASSWD: path,
      NSS_WRAPPER_GROUP: "/etc/group",
    },
    takeBack: () => rmSync(path, { force: true }),
    refusal: (reason) => (/could not look up effective user ID/.test(reason) ? withoutName(line) : null),
  };

  function withoutName(entry: string): StartError {
    return new StartError(
      `The database could not be made: user ${uid} has no name here. Install libnss-wrapper (apt-get install libnss-wrapper), make the database as a user that has a name, or run as root: echo '${entry}' >> /etc/passwd`,
    );
  }
}
