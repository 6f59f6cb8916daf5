import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Load, Measured } from "./drive.ts";

/** The process that makes the load. */
export type Generator = {
  /**
   * Puts loads on a server, side by side.
   * @throws Error when an answer was not as expected
   */
  run(...loads: Load[]): Promise<Measured[]>;
  stop(): void;
};

type Message = { measured: Measured[] } | { failure: string };

export function startGenerator(): Generator {
  const child: ChildProcess = fork(resolve(import.meta.dirname, "generator.ts"));
  const ended = once(child, "exit").then(() => {
    throw new Error("the process that makes the load ended");
  });
  // At the end of all that is nobody's failure.
  ended.catch(() => {});
  return {
    async run(...loads) {
      child.send(loads);
      const [message] = (await Promise.race([once(child, "message"), ended])) as [Message];
      if ("failure" in message) throw new Error(message.failure);
      return message.measured;
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
