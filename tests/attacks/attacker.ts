import { once } from "node:events";
import type { Attack, Size } from "./attack.ts";
import { type Address, openTarget } from "./target.ts";

// A process that prepares one attack, says so, attacks when it is told to, and ends when it is told again.

const [name, size, address] = process.argv.slice(2) as [string, Size, string];
const target = openTarget(JSON.parse(address) as Address);

process.once("disconnect", () => process.exit());
const { what, prepare }: Attack = (await import(`./${name}.ts`)).attack;
const attack = await prepare(target, size);
process.send?.(what);
await once(process, "message");
const end = new AbortController();
process.once("message", () => end.abort());
await attack(end.signal);
if (!end.signal.aborted) throw new Error(`${name} ended by itself`);
process.exit();
