import { readFileSync } from "node:fs";
import type { OwnlistProcess } from "./ownlist-process.ts";

/** A line of the server's log. */
export type LogLine = { pid?: number; id?: string; msg: string; worker?: number };

/** The numbers of the processes that serve for another, dead ones not among them. */
export function workersOf({ child }: OwnlistProcess): number[] {
  const children = readText(`/proc/${child.pid}/task/${child.pid}/children`).trim().split(" ").map(Number);
  return children.filter((pid) => readText(`/proc/${pid}/cmdline`).includes("worker.ts"));
}

/** The finished lines that are no log are what is said to people: they begin otherwise. */
export function logOf({ stdout }: OwnlistProcess): LogLine[] {
  const lines = stdout().split("\n").slice(0, -1);
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/** Which process has answered a request, by the request's id; undefined before it is logged. */
export function answererOf(ownlist: OwnlistProcess, id: string): number | undefined {
  return logOf(ownlist).find((line) => line.msg === "request" && line.id === id)?.pid;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
