// A thread that hashes and compares, one password at a time: see hash-threads.ts. Plain JavaScript, since taking the types
// out of a file costs each thread as much memory and time again as it takes by itself.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import bcrypt from "bcrypt";

// Of this thread alone: Linux has a priority for each, and without a number this is the one that asks.
try {
  if (workerData.priority !== null) setPriority(workerData.priority);
} catch {
  // Then it hashes as it is: passwords.ts has looked whether it can be set, and the log says so.
}

parentPort.on("message", ({ password, cost, hash }) => {
  const result = hash === undefined ? bcrypt.hashSync(password, cost) : bcrypt.compareSync(password, hash);
  parentPort.postMessage({ result });
});
