import type { Socket } from "node:net";
import type { Account, Attack } from "./attack.ts";
import { openSockets } from "./open-sockets.ts";
import { insertTasks } from "./rows.ts";

const tasks = { small: 1000, full: 5000 };

/** Milliseconds from one look at what has come to the next. */
const pace = 1000;

function readSlowly(socket: Socket): void {
  const timer = setInterval(() => socket.read(1024), pace);
  socket.once("close", () => clearInterval(timer));
}

export const attack: Attack = {
  name: "exports",
  what: "Two users export 100 MB each; one reads a kilobyte a second, one nothing",
  async prepare({ signUp, sql, url }, size) {
    const accounts = [await signUp(), await signUp()] as const;
    await sql(
      ...accounts.map(({ email }) => insertTasks(email, tasks[size], { description: "repeat('x', 20000)" })),
    );
    const begin = ({ token }: Account, read: (socket: Socket) => void, signal: AbortSignal) =>
      openSockets({ url }, 1, signal, (socket) => {
        socket.write(
          `GET /export HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
        );
        read(socket);
      });
    return async (signal) => {
      const [slow, idle] = accounts;
      await Promise.all([begin(slow, readSlowly, signal), begin(idle, () => {}, signal)]);
    };
  },
};
