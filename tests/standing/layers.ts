/** A part of the code: the files that make it up, and the parts that it may import from besides itself. */
export type Layer = { name: string; files: RegExp; imports: string[] };

/** Folders of src/ that hold a feature: all but the plumbing's. */
const feature = "src/(?!db/|graphql/|http/|rules/)[a-z-]+/";

/**
 * The server, from the process down. A file belongs to the first layer that names it; what belongs to none is refused,
 * so that a new kind of file is given its place here.
 */
export const serverLayers: Layer[] = [
  { name: "process", files: /^src\/(main|dev|worker)\.ts$/, imports: ["start", "tools", "env", "plain"] },
  { name: "admin", files: /^src\/admin\.ts$/, imports: ["start", "service", "plain"] },
  {
    name: "tools",
    files: /^src\/(build|build-lock|print-schema|db\/new-migration|db\/diff-migrations)\.ts$/,
    imports: ["schema", "db", "plain"],
  },
  {
    name: "start",
    files: /^src\/(ownlist|port|secret|serving|workers|admin\/(database|office))\.ts$/,
    imports: ["server", "service", "db", "env", "plain"],
  },
  { name: "env", files: /^src\/(env|env-file|secret-url|setting|text-file)\.ts$/, imports: [] },
  {
    name: "server",
    files: /^src\/(api|authentication|server|housekeeping|export\/route)\.ts$/,
    imports: ["schema", "context", "service", "yoga", "http", "db", "plain"],
  },
  { name: "schema", files: /^src\/schema\.ts$/, imports: ["node", "graph", "builder", "yoga"] },
  { name: "node", files: /^src\/node\.ts$/, imports: ["graph", "user", "builder", "context", "plain"] },
  // A feature's GraphQL: types, fields and arguments.
  {
    name: "graph",
    files: new RegExp(`^(src/(scalars|error-types)|${feature}(schema|mutations|task))\\.ts$`),
    imports: ["user", "builder", "context", "service", "plain"],
  },
  // Whose account it is, which the mutations of several features answer with.
  { name: "user", files: /^src\/auth\/user\.ts$/, imports: ["builder", "service"] },
  { name: "builder", files: /^src\/builder\.ts$/, imports: ["context", "plain", "generated"] },
  { name: "context", files: /^src\/context\.ts$/, imports: ["service", "db", "plain"] },
  // A feature's rules.
  { name: "service", files: new RegExp(`^${feature}`), imports: ["db", "plain", "rules", "generated"] },
  { name: "yoga", files: /^src\/graphql\//, imports: ["http", "db", "plain"] },
  { name: "http", files: /^src\/http\//, imports: ["plain"] },
  { name: "db", files: /^src\/db\//, imports: ["plain", "generated"] },
  // Of text alone, and for the web client too.
  { name: "rules", files: /^src\/rules\//, imports: [] },
  {
    name: "plain",
    files:
      /^src\/(background|bounded-cache|cookie|data-dir|device|errors|ids|lines|log|paging|public-url|scopes|start-error|validation)\.ts$/,
    imports: [],
  },
];

/** The web client; a feature knows of no other. */
export const clientLayers: Layer[] = [
  { name: "app", files: /^client\/src\/(main|app)\.tsx$/, imports: ["feature", "urql", "ui"] },
  { name: "feature", files: /^client\/src\/features\/[a-z-]+\//, imports: ["ui", "generated"] },
  { name: "urql", files: /^client\/src\/urql\//, imports: ["ui", "rules", "generated"] },
  { name: "ui", files: /^client\/src\/ui\//, imports: [] },
];

/** Layers in which each folder stands alone. A service may call another feature's, nothing else may cross over. */
export const separateFolders = new Set(["graph", "feature"]);

/** Where alone a package may be used; types of it may be named anywhere. */
export const packagePlaces: [packages: RegExp, places: RegExp][] = [
  [/^graphql$/, /^src\/(graphql\/|print-schema\.ts$|scalars\.ts$)/],
  [/^graphql-yoga$/, /^src\/api\.ts$/],
  [/^@graphql-yoga\//, /^src\/http\/graphiql\//],
  [/^@pothos\//, new RegExp(`^(src/builder|${feature}(schema|mutations|task))\\.ts$`)],
  [/^@prisma\//, /^src\/db\//],
  [/^pg$/, /^src\/db\//],
  [/^(jsonwebtoken|bcrypt)$/, /^src\/auth\//],
  [/^rate-limiter-flexible$/, /^src\/limits\//],
  [/^nodemailer$/, /^src\/mail\//],
  [/^node:(http|https|tls|net)$/, /^src\/(http\/|db\/|dev\.ts$|port\.ts$)/],
  [/^node:cluster$/, /^src\/workers?\.ts$/],
  [/^(vite|node:child_process)$/, /^src\/(db\/|build\.ts$|dev\.ts$)/],
];

/** Who may hold a database client that is bound to no user. */
export const unboundClientPlaces =
  /^src\/(db\/|auth\/(accounts|service)\.ts$|admin\/(accounts|database)\.ts$|housekeeping\.ts$|server\.ts$)/;

/** Who may sign people up and in: the resolvers that do. */
export const accountsPlaces =
  /^src\/(auth\/|profile\/|email\/|password-reset\/|export\/route\.ts$|authentication\.ts$|context\.ts$|api\.ts$|server\.ts$)/;

/** Who may look at the environment: nobody else depends on more than what is passed in. */
export const environmentPlaces = /^src\/(env|main|build|dev|admin)\.ts$/;

/** What works answers out. */
export const clocklessLayers = new Set(["schema", "node", "graph", "user", "builder", "context", "service"]);

/** Who among them may look at a clock of their own: no answer to a query shows what they count by it. */
export const clockPlaces = /^src\/(admin|limits)\/|^src\/export\/turns\.ts$/;

/** Who may listen for signals, and end the process. */
export const signalPlaces = /^src\/(main|dev|worker)\.ts$/;

/** Who may listen for keys on the page itself: what keeps an input method's keys from everybody. */
export const keyPlaces = /^client\/src\/ui\/composition\.ts$/;

/** Who may import a part of the page when it is wanted: through what stands in for a part that can't be had. */
export const laterPlaces = /^client\/src\/ui\/strength\.ts$/;

/**
 * Who may parse and normalise what comes from outside, since they look at its length first, which tests/long-texts
 * measures: of callers, and of the operator, whose texts may be of any length.
 */
export const parsingPlaces =
  /^src\/((rules\/folding|auth\/(email|invites|refresh-tokens)|personal-tokens\/secret|tasks\/due|scalars|ids|paging|device|http\/(own-address|client-address|graphql-params|repeated-name))\.ts$|(setting|secret-url|public-url|mail\/mailer)\.ts$|backup\/|db\/)/;

/** Files that are run, not imported. */
export const entries =
  /^(src\/(main|dev|worker|admin|db\/new-migration|http\/graphiql\/bundle-worker)\.ts|client\/src\/main\.tsx)$/;
