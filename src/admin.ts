import "./runtime/compile-cache.cjs";
import { helpText, readRequest, UsageError } from "./admin/usage.ts";
import { errorLine, StartError } from "./runtime/start-error.ts";

/**
 * `npm run admin`: what whoever runs the server can do to its accounts. What was asked for goes to standard output,
 * everything else to standard error; the exit status is 1 when it could not be done and 2 when it was not understood.
 */
const complain = (line: string) => void process.stderr.write(`${line}\n`);

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function answer(args: string[]): Promise<void> {
  const request = readRequest(args);
  if (request === null) return say(helpText());
  const { runCommand } = await import("./admin/run-command.ts");
  const { lines, json, isStdoutTaken } = await runCommand(request, process.env, complain);
  const text = request.isJson ? JSON.stringify(json, null, 2) : lines.join("\n");
  return isStdoutTaken ? complain(text) : say(text);
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
  try {
    await answer(process.argv.slice(2));
    return 0;
  } catch (error) {
    return explain(error);
  }
}

process.exitCode = await main();
