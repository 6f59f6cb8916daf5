import pg from "pg";
import type { Binding } from "./binding.ts";
import { prepareConnection, type Statement, sendBound } from "./bound-query.ts";

/** Of a statement in a lane, as PostgreSQL is told; in milliseconds. What has not ended by then is the pool's. */
export const laneTimes = { statement_timeout: 150, lock_timeout: 50 };

/** Groups that a lane has under way at most. */
export const laneDepth = 16;

/** Milliseconds after which an answer is late. */
export const lateness = 20;

/** Milliseconds that one group may take: PostgreSQL's own timeouts have failed then. */
const patience = 3500;

/** Milliseconds until it is ready, or given up. */
const openingTime = 4000;

type Done = (error: Error | null, result: pg.QueryResult, wasLong: boolean) => void;

/**
 * A connection that many share. What is sent in one turn of the event loop goes out in one write; PostgreSQL works it
 * off in order, each group with its binding and its Sync, so that none sees, waits for or fails with another's
 * transaction. See docs/decisions/028-lanes.md.
 */
export class Lane {
  readonly #client: pg.Client;
  /** When each group that is not answered was added, the oldest first. */
  readonly #added: number[] = [];
  #isGathering = false;
  #isCut = false;
  #isEnding = false;
  /** Milliseconds for which there was anything under way. */
  #time = 0;
  /** When the oldest group became that. */
  #headSince = 0;

  /** @param client ready for bound statements, which nobody else uses */
  constructor(client: pg.Client) {
    this.#client = client;
    // Of what is under way it is the failure; when there is nothing, nobody's.
    for (const event of ["error", "end"] as const) client.on(event, () => (this.#isEnding = true));
  }

  /** Groups under way. */
  get load(): number {
    return this.#added.length;
  }

  /** Whether it takes another: not where it has plenty, or where what was added first waits for its answer too long. */
  get isFree(): boolean {
    const [oldest = this.#time] = this.#added;
    const isOpen = !this.#isEnding && this.#client.connection.stream.writable;
    return isOpen && this.load < laneDepth && this.#time - oldest <= lateness;
  }

  /**
   * Sends a statement, with its binding and what guards it.
   *
   * @param done told when its transaction is committed or has failed, and whether it held up what was behind it
   * @throws TypeError where a value is none that can be sent; nothing is sent then
   */
  send(binding: Binding, statement: Statement, done: Done): void {
    this.#gather();
    sendBound(this.#client, binding, statement, true, (error, result) => {
      const wasLong = this.#time - this.#headSince > lateness;
      this.#added.shift();
      this.#headSince = this.#time;
      // What came after a transaction that stays open is part of it, and not committed.
      if (error === null && this.#client.getTransactionStatus() !== "I") this.cut();
      done(this.#isCut ? (error ?? new Error("Connection terminated")) : error, result, wasLong);
    });
    if (this.#added.length === 0) this.#headSince = this.#time;
    this.#added.push(this.#time);
  }

  /** Holds back what is written until the turn of the event loop ends. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = this.#client.connection;
    stream.cork();
    setImmediate(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  /**
   * Lets its clock go on. To be called after what has come from PostgreSQL was read, and for steps no longer than
   * {@link lateness}: a process that was busy or suspended has not been kept waiting by a lane.
   */
  advance(milliseconds: number): void {
    if (this.load === 0) return;
    this.#time += milliseconds;
    if (this.#time - this.#headSince > patience) this.cut();
  }

  /** Breaks it: what is under way fails. */
  cut(): void {
    this.#isCut = true;
    this.#client.connection.stream.destroy();
  }

  /** Ends it when what is under way is answered. */
  close(): Promise<void> {
    this.#isEnding = true;
    return this.#client.end();
  }
}

/**
 * @param config of the connection
 * @param onEnd told when it has ended or broken
 * @throws whatever there is against a connection
 */
export async function openLane(config: pg.ClientConfig, onEnd: (lane: Lane) => void): Promise<Lane> {
  // A timer of pg's for each query would cut the lane for what only waits for others.
  const { query_timeout: _, ...others } = config;
  const client = new pg.Client({ ...others, password: config.password, pipeline: true });
  client.on("error", () => {});
  const timer = setTimeout(() => client.connection.stream.destroy(), openingTime);
  try {
    await client.connect();
    await prepareConnection(client, laneTimes);
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const lane = new Lane(client);
  client.once("end", () => onEnd(lane));
  return lane;
}
