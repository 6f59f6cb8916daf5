import bcrypt from "bcrypt";
import { bcryptCost, password } from "./seed.ts";

/** @returns passwords a second that this machine's cores can compare, with nothing else to do */
export async function measureHashRate(seconds: number): Promise<number> {
  const hash = await bcrypt.hash(password, bcryptCost);
  const started = performance.now();
  let compared = 0;
  async function keepComparing(): Promise<void> {
    while (performance.now() - started < seconds * 1000) {
      await bcrypt.compare(password, hash);
      compared += 1;
    }
  }
  await Promise.all(Array.from({ length: 16 }, keepComparing));
  return compared / ((performance.now() - started) / 1000);
}
