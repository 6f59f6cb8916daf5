import type { Socket } from "node:net";
import type { Exchange, Handler } from "./exchange.ts";
import type { Place } from "./sockets.ts";
import { holdFor } from "./stream.ts";

/** A request, and what answers it. */
export type Turn = { exchange: Exchange; answer: Handler };

/** What is in flight on a connection: requests can follow each other without waiting (RFC 9112 §9.3.2). */
export type Connection = {
  /** Requests that it has brought. */
  served: number;
  /** Those of them that have not been answered yet. */
  inFlight: number;
  /** The last of them. */
  latest: Exchange | null;
  /** Whether nothing after that is answered any more (RFC 9112 §9.6). */
  isLast: boolean;
  /**
   * Has a request answered when the system has taken the answers to all before it.
   * @param isLast whether none after it is to be answered
   */
  take(turn: Turn, isLast: boolean): void;
};

/** What Node keeps for a request that waits (measured), and the piece of input that it came in. */
const waitingBytes = 4_096;
const inputBytes = 65_536;

/** Keeps the requests of a connection in turn. While one waits nothing more is read. */
export function openConnection(socket: Socket, place: Place): Connection {
  const waiting: Turn[] = [];
  let current: Exchange | null = null;
  let hold: (bytes: number) => void = () => {};
  let isOver = false;

  // Node goes on reading by itself after each request, and when the system has taken an answer.
  const holdBack = () => {
    if (isOver || waiting.length > 0) socket.pause();
  };
  const countWaiting = () => hold(waiting.length === 0 ? 0 : inputBytes + waiting.length * waitingBytes);
  socket.on("resume", holdBack);
  socket.on("close", () => {
    waiting.length = 0;
    countWaiting();
  });

  function start({ exchange, answer }: Turn): void {
    current = exchange;
    // Answered already where the rest of it came too late.
    if (!exchange.res.headersSent) answer(exchange);
  }

  function wait(turn: Turn): void {
    if (waiting.push(turn) === 1) hold = holdFor(turn.exchange);
    countWaiting();
    holdBack();
  }

  function goOn(): void {
    current = null;
    const turn = waiting.shift();
    if (turn === undefined) return;
    countWaiting();
    // Its body may be still to come.
    if (waiting.length === 0) socket.resume();
    start(turn);
  }

  const connection: Connection = {
    served: 0,
    inFlight: 0,
    latest: null,
    isLast: false,
    take(turn, isLast) {
      const { exchange } = turn;
      if (connection.isLast) {
        isOver = true;
        holdBack();
        return;
      }
      connection.served += 1;
      connection.inFlight += 1;
      connection.latest = exchange;
      if (isLast) endAfter(connection, exchange);
      place.use(true);
      exchange.res.on("close", () => {
        connection.inFlight -= 1;
        place.use(connection.inFlight > 0);
        if (current === exchange) goOn();
      });
      if (current === null) start(turn);
      else wait(turn);
    },
  };
  return connection;
}

/** Makes a request the last that is answered on its connection, which the answer says. */
export function endAfter(connection: Connection, { res }: Exchange): void {
  // Node's own maxRequestsPerSocket says that the connection is closed, but leaves it open.
  connection.isLast = true;
  res.shouldKeepAlive = false;
}
