import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createConcurrency } from "../../src/graphql/cost/concurrency.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

/** Lets what can go on do so. */
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe("the operations of one user", () => {
  /** Begins operations of these costs, one after the other. @returns which have begun, and what ends each */
  function begin(turns: ReturnType<typeof createConcurrency>, userId: string | null, costs: number[]) {
    const begun: number[] = [];
    const ends = costs.map((cost, index) => {
      const turn = turns.open(userId);
      turn.begin(cost).then(
        () => begun.push(index),
        () => {},
      );
      return turn.end;
    });
    return { begun, ends };
  }

  it("are executed at once as far as they fit, and in the order that they came", async () => {
    const { begun, ends } = begin(createConcurrency(10), "a", [4, 4, 4, 1, 9]);
    await settle();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[0]?.();
    ends[2]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it("are executed alone where one is dearer than all together may be", async () => {
    const { begun, ends } = begin(createConcurrency(10), "a", [1, 50, 1]);
    await settle();
    expect(begun).toEqual([0]);
    ends[0]?.();
    await settle();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2]);
  });

  it("are refused that are one too many, or have had no turn in ten seconds, and let the next in", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const turns = createConcurrency(10);
    const { begun } = begin(turns, "a", [4, 10]);
    await settle();
    await vi.advanceTimersByTimeAsync(5000);
    const late = Array.from({ length: 999 }, () => turns.open("a").begin(6));
    const refused = vi.fn();
    for (const turn of late) turn.catch(refused);
    await expect(turns.open("a").begin(1)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await vi.advanceTimersByTimeAsync(4999);
    expect([begun, refused.mock.calls.length]).toEqual([[0], 0]);
    await vi.advanceTimersByTimeAsync(1);
    await late[0];
    await vi.advanceTimersByTimeAsync(10_000);
    expect([begun, refused.mock.calls.length]).toEqual([[0], 998]);
  });

  it("keep no other user's from being executed, and nobody's who is not signed in", async () => {
    const turns = createConcurrency(10);
    expect(begin(turns, "a", [10, 10]).begun).toEqual([]);
    const others = [begin(turns, "b", [10]), begin(turns, null, [10, 10, 10])];
    await settle();
    expect(others.map(({ begun }) => begun)).toEqual([[0], [0, 1, 2]]);
  });

  it("give their turn back once, whether they had begun or not", async () => {
    const turns = createConcurrency(10);
    turns.open("a").end();
    const { begun, ends } = begin(turns, "a", [6, 6, 6]);
    await settle();
    ends[0]?.();
    ends[0]?.();
    await settle();
    expect(begun).toEqual([0, 1]);
  });
});

describe("over HTTP", () => {
  let server: TestServer;
  let one: Person;
  let other: Person;
  beforeAll(async () => {
    server = await startServer({ graphql: { answerCache: false } });
    [one, other] = [await signUp(server), await signUp(server)];
  });
  afterAll(() => server.close());

  const full = "{ tasks(first: 100) { edges { node { title description } } } }";
  const waiting = async () => {
    const text =
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    return (await server.admin.query<{ count: number }>(text)).rows[0]?.count;
  };

  it("full pages of one user wait for each other, and others' are executed meanwhile", async () => {
    const lock = await server.admin.connect();
    await lock.query("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    const own = [1, 2, 3].map(() => one.send(full));
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 3000);
    // By then the other two have long been there.
    for (let n = 0; n < 5; n++) await other.data("{ viewer { id } }");
    expect(await waiting()).toBe(1);
    const theirs = other.send(full);
    await vi.waitFor(async () => expect(await waiting()).toBe(2), 3000);
    await lock.query("COMMIT");
    lock.release();
    const answers = await Promise.all([...own, theirs]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
  });

  it("what has had no turn in ten seconds is refused then, and waits no second time", async () => {
    const lock = await server.admin.connect();
    await lock.query("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    // Each is given up after some two seconds, and lets the next in: before the last, it has been ten.
    const answers = await Promise.all(Array.from({ length: 7 }, () => one.send(full)));
    await lock.query("COMMIT");
    lock.release();
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(7 - refused.length);
    expect((await one.send(full)).status).toBe(200);
  });

  it("whatever became of those before, the next has its turn", async () => {
    const queries = [
      full,
      '{ tasks(first: 100, after: "x") { totalCount } }',
      "{ nothing }",
      'mutation { deleteTask(input: { id: "x" }) { __typename } }',
    ];
    for (let round = 0; round < 8; round++) {
      const answers = await Promise.all([...queries, ...queries].map((query) => one.send(query)));
      expect(answers.map((answer) => answer.status)).toEqual([200, 400, 400, 200, 200, 400, 400, 200]);
    }
    const aborted = new AbortController();
    const body = JSON.stringify({ query: full });
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${one.token}` };
    const gone = Array.from({ length: 5 }, () =>
      fetch(`${server.url}/graphql`, { method: "POST", headers, body, signal: aborted.signal }).catch(
        () => {},
      ),
    );
    await settle();
    aborted.abort();
    await Promise.all(gone);
    expect((await one.send(full))?.status).toBe(200);
  });
});
