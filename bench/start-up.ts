import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess } from "./server-process.ts";
import { ownlist } from "./servers.ts";

/** Milliseconds until Ownlist is ready with a database of its own. */
export type StartUp = { emptyFolder: number; existingData: number };

export async function measureStartUp(): Promise<StartUp> {
  const dataDir = await mkdtemp(join(tmpdir(), "ownlist-bench-data-"));
  try {
    const [emptyFolder, existingData] = [await startOnce(dataDir), await startOnce(dataDir)];
    return { emptyFolder, existingData };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string): Promise<number> {
  const { startTime, stop } = await startProcess(ownlist.main, { OWNLIST_DATA: dataDir }, ownlist.flags);
  await stop();
  return startTime;
}
