import { ClientGone } from "./client-gone.ts";
import type { Exchange } from "./exchange.ts";
import type { Hold } from "./unsent.ts";

/** UTF-16 units from which on a text is sent as bytes: Node would keep it in both forms until it is read. */
const longText = 65_536;

/** Begins to count what an exchange keeps in memory, for the network that it came from. */
export const holdFor = ({ req, network, unsent }: Exchange): Hold => unsent.open(req.socket, network);

/**
 * Ends an answer with its body. It is cut off when it is not read in time.
 * @param isShared whether the body is in memory anyway, for all that are sent it
 */
export function endWith(exchange: Exchange, body: string | Buffer, isShared = false): void {
  const { res } = exchange;
  res.end(typeof body === "string" && body.length > longText ? Buffer.from(body) : body);
  // Mostly the system has taken all of it by now.
  const unsent = res.writableLength;
  if (unsent === 0 || res.destroyed) return;
  const hold = holdFor(exchange);
  const timer = cutOffAfter(exchange, unsent);
  res.once("close", () => {
    clearTimeout(timer);
    hold(0);
  });
  if (!isShared) hold(unsent);
}

/**
 * Writes a piece of an answer.
 * @returns when it has been taken: nothing piles up for a reader that is slow
 * @throws ClientGone, also where the reader was cut off for being too slow
 */
export async function writePiece(exchange: Exchange, piece: Uint8Array): Promise<void> {
  const { res } = exchange;
  if (isCutOff(exchange)) throw new ClientGone();
  const hold = holdFor(exchange);
  const timer = cutOffAfter(exchange, piece.length);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const leave = () => resolve(false);
  res.once("close", leave);
  // It fails some time before the answer is closed.
  res.write(piece, (error) => resolve(!error));
  hold(piece.length);
  const isTaken = await promise;
  clearTimeout(timer);
  res.off("close", leave);
  hold(0);
  if (!isTaken) throw new ClientGone();
}

/** Whether nothing more arrives at the other end. The answer itself says so some time after its connection does. */
export const isCutOff = ({ req, res }: Exchange) => res.destroyed || req.socket.destroyed;

const cutOffAfter = ({ req, unsent }: Exchange, bytes: number): NodeJS.Timeout =>
  setTimeout(() => req.socket.destroy(), unsent.timeFor(bytes));
