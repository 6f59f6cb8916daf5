import { enableCompileCache } from "node:module";
import { resolve } from "node:path";
import { helpText, readRequest, UsageError } from "./admin/usage.ts";
import { errorLine, StartError } from "./start-error.ts";

/**
 * `npm run admin`: what whoever runs the server can do to its accounts. What was asked for goes to standard output,
 * everything else to standard error; the exit status is 1 when it could not be done and 2 when it was not understood.
 */
const complain = (line: string) => void process.stderr.write(`${line}\n`);

/** @returns what goes to standard output */
async function answer(args: string[]): Promise<string> {
  const request = readRequest(args);
  if (request === null) return helpText();
  const { carryOut } = await import("./admin/office.ts");
  const { lines, json } = await carryOut(request, process.env, complain);
  return request.isJson ? JSON.stringify(json, null, 2) : lines.join("\n");
}

/** @returns the exit status */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    complain(`${error.message}. See: npm run admin -- --help`);
    return 2;
  }
  complain(error instanceof StartError ? error.message : `It failed: ${errorLine(error)}`);
  return 1;
}

async function main(): Promise<number> {
  enableCompileCache(resolve(import.meta.dirname, "../node_modules/.cache/ownlist"));
  try {
    process.stdout.write(`${await answer(process.argv.slice(2))}\n`);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

process.exitCode = await main();
