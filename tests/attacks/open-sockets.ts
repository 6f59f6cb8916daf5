import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds in which so many sockets are opened at most: at first, and in place of those that were closed. */
const pause = 50;
const firstBatch = 400;
const laterBatch = 50;

/**
 * Keeps so many sockets open until the signal is aborted, by opening another for each that is closed.
 * @param onOpen is given each when it is connected; nothing is read from it before it says so
 */
export async function openSockets(
  { url }: { url: string },
  count: number,
  signal: AbortSignal,
  onOpen: (socket: Socket) => void,
): Promise<void> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  let opened = 0;
  const add = () => {
    opened++;
    const socket = connect({ host: hostname, port: Number(port) });
    open.add(socket);
    socket.pause();
    socket.once("connect", () => onOpen(socket));
    socket.on("error", () => {});
    socket.once("close", () => open.delete(socket));
  };
  while (!signal.aborted) {
    const batch = opened < count ? firstBatch : laterBatch;
    for (let added = 0; added < batch && open.size < count; added++) add();
    await sleep(pause);
  }
  for (const socket of open) socket.destroy();
}
