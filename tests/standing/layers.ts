import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A part of the code: the files that make it up, and the parts that it may import from besides itself. */
export type Layer = { name: string; files: RegExp; imports: string[] };

const architecture = readFileSync(join(import.meta.dirname, "../../docs/architecture.md"), "utf8");

/** The files that a place of the table stands for: a folder with all below it, `*` within a name. */
const patternOf = (place: string) =>
  place.replaceAll(".", "\\.").replaceAll("*", "[a-z0-9-]*") + (place.endsWith("/") ? "" : "$");

function readLayers(root: string): Layer[] {
  return architecture.split("\n").flatMap((line) => {
    const [, name = "", places = "", , imports = ""] = line.split("|").map((cell) => cell.trim());
    if (!places.startsWith(`\`${root}`)) return [];
    const patterns = [...places.matchAll(/`([^`]+)`/g)].map(([, place = ""]) => patternOf(place));
    const files = new RegExp(`^(${patterns.join("|")})`);
    return [{ name, files, imports: imports.split(", ").filter((each) => each !== "") }];
  });
}

/**
 * The server, from the process down, as docs/architecture.md has it. A file belongs to the first layer that names it;
 * what belongs to none is refused, so that a new kind of file is given its place there.
 */
export const serverLayers = readLayers("src/");

/** The web client, likewise. */
export const clientLayers = readLayers("client/src/");

/** Layers in which each folder stands alone. A service may call another feature's, nothing else may cross over. */
export const separateFolders = new Set(["graph", "feature"]);

/** Where alone a package may be used; types of it may be named anywhere. */
export const packagePlaces: [packages: RegExp, places: RegExp][] = [
  [/^graphql$/, /^src\/(graphql\/|schema\/|tools\/print-schema\.ts$|features\/kit\/scalars\.ts$)/],
  [/^graphql-yoga$/, /^src\/graphql\/yoga\.ts$/],
  [/^@graphql-yoga\//, /^src\/http\/graphiql\//],
  [/^@pothos\//, /^src\/features\/(kit\/|[a-z-]+\/([a-z-]+-)?(schema|ref)\.ts$)/],
  [/^@prisma\//, /^src\/db\//],
  [/^pg$/, /^src\/db\//],
  [/^jsonwebtoken$/, /^src\/identity\//],
  [/^bcrypt$/, /^src\/features\/accounts\//],
  [/^rate-limiter-flexible$/, /^src\/rate-limits\//],
  [/^nodemailer$/, /^src\/mail\//],
  [/^node:(http|https|tls|net)$/, /^src\/(http\/|db\/|process\/port\.ts$)/],
  [/^node:cluster$/, /^src\/(process\/workers|worker)\.ts$/],
  [/^(vite|node:child_process)$/, /^src\/(db\/|tools\/)/],
];

const urql = /^(urql|@urql\/.*|wonka)$/;

/** What a layer takes nothing of, not even types. */
export const foreignPackages: Record<string, RegExp> = {
  service: /^(graphql|graphql-yoga|@pothos\/.*|src\/generated\/pothos\/.*)$/,
  ui: urql,
  browser: urql,
};

/** Who may hold a database client that is bound to no user, and bind one to whichever they name. */
export const unboundClientPlaces = /^src\/(db\/|features\/accounts\/account-store\.ts$)/;

/** What puts a binding in front of statements, and sends both down a connection. */
export const bindingPlaces = /^src\/db\/(bound-pool|bound-query|lanes?)\.ts$/;

/** Who may look at the environment: nobody else depends on more than what is passed in. */
export const environmentPlaces = /^src\/(config\/env|main|tools\/build|tools\/dev|admin)\.ts$/;

/** What works answers out. */
export const clocklessLayers = new Set(["features", "graph", "kit", "service"]);

/** Who among them may look at a clock of their own: no answer to a query shows what they count by it. */
export const clockPlaces = /^src\/features\/export\/export-queue\.ts$/;

/** Who may listen for signals, and end the process. */
export const signalPlaces = /^src\/(main|worker|process\/stopper|tools\/dev)\.ts$/;

/** Who may listen for keys on the page itself: what keeps an input method's keys from everybody. */
export const keyPlaces = /^client\/src\/browser\/composition\.ts$/;

/** Who may import a part of the page when it is wanted: through what stands in for a part that can't be had. */
export const laterPlaces = /^client\/src\/forms\/strength\.ts$/;

/**
 * Who may parse and normalise what comes from outside, since they look at its length first, which tests/long-texts
 * measures: of callers, and of the operator, whose texts may be of any length.
 */
export const parsingPlaces =
  /^src\/(rules\/(due|folding)|features\/(accounts\/(email-address|invites)|tasks\/due|sessions\/device|kit\/scalars)|identity\/(refresh-tokens|personal-secrets)|schema\/(ids|connection)|http\/(own-address|client-address)|graphql\/(params|repeated-name))\.ts$|^src\/(config\/|mail\/mailer|admin\/backup\/|db\/)/;

/** Files that are run, not imported. */
export const entries =
  /^(src\/(main|worker|admin|tools\/(dev|new-migration|check-migrations)|http\/graphiql\/bundle-worker)\.ts|client\/src\/main\.tsx)$/;
