import { Client, fetchExchange, gql } from "urql";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Delivery, sent } from "../../client/src/graphql/delivery.ts";
import { createTransport } from "../../client/src/session/transport.ts";

// Names say nothing about how an operation is sent.
const change = gql("mutation Any_Name($n: Int) { n(n: $n) }");
const reading = gql("query Any_Name($n: Int) { n(n: $n) }");

type Request = { n: number; init: RequestInit; answer: () => void };

let requests: Request[];
let over: AbortController;
let client: Client;

beforeEach(() => {
  requests = [];
  over = new AbortController();
  client = new Client({
    url: "http://server.test/graphql",
    preferGetMethod: false,
    exchanges: [createTransport(over.signal), fetchExchange],
  });
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { n } = JSON.parse(String(init.body)).variables;
    requests.push({ n, init, answer: () => resolve(Response.json({ data: { n } })) });
    return promise;
  });
});
afterEach(() => vi.unstubAllGlobals());

const send = (n: number, delivery: Delivery = {}) =>
  client.mutation(change, { n }, sent(delivery)).toPromise();

/** Waits until these have been sent, and no others. */
const seeSent = (...expected: number[]) =>
  vi.waitFor(() => expect(requests.map(({ n }) => n).toSorted()).toEqual(expected));

const requestOf = (n: number) => requests.find((request) => request.n === n);

test("operations of one lane go one by one, in their order, and all others at once", async () => {
  const first = send(1, { lane: "new tasks" });
  const second = send(2, { lane: "new tasks" });
  void send(3, { lane: "new tasks" });
  void send(4);
  await seeSent(1, 4);
  requestOf(1)?.answer();
  await first;
  await seeSent(1, 2, 4);
  requestOf(2)?.answer();
  await second;
  await seeSent(1, 2, 3, 4);
});

test("the session's cookie goes with what asks for it alone", async () => {
  void send(1);
  void send(2, { withCookie: true });
  await seeSent(1, 2);
  expect(requestOf(1)?.init.credentials).toBe("omit");
  expect(requestOf(2)?.init.credentials).toBe("same-origin");
});

test("an operation has as long as it is given", async () => {
  void send(1, { patience: 1 });
  void send(2);
  await seeSent(1, 2);
  await vi.waitFor(() => expect(requestOf(1)?.init.signal?.aborted).toBe(true));
  expect(requestOf(2)?.init.signal?.aborted).toBe(false);
});

test("when the identity ends, what is being read is dropped, and what was changed goes on unheard", async () => {
  const heard = vi.fn();
  void client.query(reading, { n: 1 }).toPromise().then(heard);
  void send(2).then(heard);
  await seeSent(1, 2);
  over.abort();
  expect(requestOf(1)?.init.signal?.aborted).toBe(true);
  expect(requestOf(2)?.init.signal?.aborted).toBe(false);
  requestOf(2)?.answer();
  await new Promise((resolve) => setTimeout(resolve));
  expect(heard).not.toHaveBeenCalled();
});
