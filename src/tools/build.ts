import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { errorCode, errorLine, StartError } from "../runtime/start-error.ts";
import { withLock } from "./build-lock.ts";

/** Something made from files of the repository by a tool that is one of its packages. */
export type Step = {
  name: string;
  /** Files and folders, from the repository's root; what steps make does not count. */
  inputs: string[];
  /** What it makes: paths that exist afterwards, the first of them removed when it has to be made again. */
  output: string;
  tool: string[];
  /** Where the tool is to put what then takes the output's place at once, for what a running server reads. */
  draft?: string;
};

const draftWeb = "src/generated/web";

const prismaClient: Step = {
  name: "Prisma client",
  inputs: ["prisma/schema.prisma", "prisma.config.ts"],
  output: "src/generated/prisma/client.ts",
  tool: ["node_modules/prisma/build/index.js", "generate", "--no-hints"],
};

const documents: Step = {
  name: "typed documents",
  inputs: ["schema.graphql", "codegen.ts", "client/src"],
  output: "client/src/generated/graphql.ts",
  tool: ["node_modules/@graphql-codegen/cli/esm/bin.js"],
};

const webClient: Step = {
  name: "web client",
  inputs: ["schema.graphql", "codegen.ts", "client", "src/rules"],
  output: "client/dist",
  tool: ["node_modules/vite/bin/vite.js", "build", "client", "--outDir", `../${draftWeb}`, "--emptyOutDir"],
  draft: draftWeb,
};

/** What can be made side by side; within a chain the next needs the one before. */
export const everything: Step[][] = [[prismaClient], [documents, webClient]];
export const generatedCode: Step[][] = [[prismaClient], [documents]];

/**
 * Makes what is missing or older than what it is made from; says nothing when there is nothing to do. Two at once: the
 * second waits for the first.
 * @param root the repository's
 * @param say takes a line about what is being done
 * @throws StartError with what the tool said
 */
export async function build(root: string, chains: Step[][], say: (line: string) => void): Promise<void> {
  if (chains.flat().every((step) => isFresh(root, step))) return;
  try {
    mkdirSync(join(root, "src/generated"), { recursive: true });
    const work = () => allOf(chains.map((chain) => runChain(root, chain, say)));
    await withLock(join(root, "src/generated/.lock"), work, say);
  } catch (error) {
    if (!/^(EACCES|EPERM|EROFS)$/.test(errorCode(error))) throw error;
    const names = chains.flat().filter((step) => !isFresh(root, step));
    const missing = names.map(({ name }) => name).join(", ");
    throw new StartError(
      `What has to be built (${missing}) can't be written: run "npm run build" as its owner.`,
    );
  }
}

/** Waits for all of them, failures included: the lock goes when no tool runs any more. */
async function allOf(runs: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(runs);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function runChain(root: string, chain: Step[], say: (line: string) => void): Promise<void> {
  for (const step of chain) if (!isFresh(root, step)) await run(root, step, say);
}

async function run(root: string, step: Step, say: (line: string) => void): Promise<void> {
  const started = Date.now();
  const state = digest(root, step);
  say(`Building the ${step.name} …`);
  rmSync(stampOf(root, step), { force: true });
  await runTool(root, step);
  const output = join(root, step.output);
  if (step.draft !== undefined) {
    const old = `${output}.old`;
    rmSync(old, { recursive: true, force: true });
    if (existsSync(output)) renameSync(output, old);
    renameSync(join(root, step.draft), output);
    rmSync(old, { recursive: true, force: true });
  }
  // Taken before the tool ran: what changed meanwhile is built next time.
  writeFileSync(stampOf(root, step), state);
  say(`Built the ${step.name} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function runTool(root: string, { name, tool: [program = "", ...args] }: Step): Promise<void> {
  if (!existsSync(join(root, program))) {
    throw new StartError(`The ${name} can't be built without the development packages: run "npm ci".`);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, program), ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else
        reject(new StartError(`The ${name} could not be built:\n${Buffer.concat(said).toString().trim()}`));
    });
  });
}

function stampOf(root: string, { name }: Step): string {
  return join(root, "src/generated", `.${name.replaceAll(" ", "-")}`);
}

function isFresh(root: string, step: Step): boolean {
  const stamp = stampOf(root, step);
  return (
    existsSync(join(root, step.output)) &&
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === digest(root, step)
  );
}

/** What it is made from, in one word: names and contents, and the versions of all packages. */
function digest(root: string, { inputs }: Step): string {
  const hash = createHash("sha256");
  for (const input of ["package-lock.json", ...inputs]) {
    for (const path of filesIn(root, input)) {
      hash
        .update(path)
        .update("\0")
        .update(readFileSync(join(root, path)))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

function filesIn(root: string, path: string): string[] {
  if (path === "client/dist" || path === "client/src/generated") return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  const names = readdirSync(join(root, path)).sort();
  return names.flatMap((name) => filesIn(root, `${path}/${name}`));
}

if (import.meta.main) {
  try {
    await build(resolve(import.meta.dirname, "../.."), everything, (line) =>
      process.stdout.write(`${line}\n`),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof StartError ? error.message : errorLine(error)}\n`);
    process.exit(1);
  }
}
