import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { addTasks, documented, fetchExport, openExport } from "./exports.ts";

/** Thirty megabytes, of which connections hold a third at most on their way. */
const much = { count: 2000, descriptionLength: 15_000 };
const pages = 9;

let server: TestServer;
let ann: Person;
beforeEach(async () => {
  server = await startServer();
  ann = await signUp(server, "ann");
});
afterEach(() => server.close());

/** Reads an answer to its end, or to where it is cut off. */
async function readAll(answer: IncomingMessage): Promise<{ text: string; isComplete: boolean }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(chunk);
  } catch {
    // It says so by `complete`.
  }
  return { text: Buffer.concat(chunks).toString(), isComplete: answer.complete };
}

/** Waits until as many exports have stopped in the middle, for nobody takes what they have sent. */
async function untilStopped(count = 1): Promise<void> {
  const stopped = `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND state = 'idle in transaction' AND state_change < clock_timestamp() - interval '300 ms'`;
  await vi.waitFor(async () => expect((await server.admin.query(stopped)).rowCount).toBe(count), {
    timeout: 15_000,
  });
}

const untilGivenBack = () =>
  vi.waitFor(() => expect(server.pool.idleCount).toBe(server.pool.totalCount), { timeout: 10_000 });

const isPage = (text: string) => /FROM "public"."tasks".*LIMIT/s.test(text);

describe("an export of very much", () => {
  it("is read a page at a time, and has everything once", async () => {
    await addTasks(server, ann.email, { count: 5000, descriptionLength: 10 });
    let text = "";
    const statements = await server.queries(async () => {
      text = (await fetchExport(server, ann.token)).text;
    });
    const read = statements.filter((statement) => isPage(statement.text));
    expect(read).toHaveLength(21);
    for (const { values } of read) expect(values.map(String)).toContain("250");
    const document = JSON.parse(text);
    expect(documented.safeParse(document).error).toBeUndefined();
    const titles = document.tasks.map(({ title }: { title: string }) => title);
    expect(titles).toEqual(Array.from({ length: 5000 }, (_, index) => `Task ${index + 1}`));
  });

  it("waits for its reader with the next page, and then goes on as if nothing had changed since", async () => {
    await addTasks(server, ann.email, much);
    let answer: IncomingMessage | undefined;
    const statements = await server.statements(async () => {
      answer = await openExport(server, ann.token);
      await untilStopped();
    });
    expect(statements.filter(isPage).length).toBeGreaterThan(0);
    expect(statements.filter(isPage).length).toBeLessThan(pages);
    await server.admin.query("DELETE FROM tasks WHERE title = 'Task 1999'");
    await server.admin.query("UPDATE tasks SET title = 'Changed' WHERE title = 'Task 1998'");
    await ann.addTask({ title: "Added" });

    const { text, isComplete } = await readAll(answer as IncomingMessage);
    expect(isComplete).toBe(true);
    const { tasks } = JSON.parse(text);
    expect(tasks).toHaveLength(much.count);
    expect(tasks.slice(-3).map(({ title }: { title: string }) => title)).toEqual([
      "Task 1998",
      "Task 1999",
      "Task 2000",
    ]);
    await untilGivenBack();
  });

  it("ends with its reader, and gives the connection to the database back", async () => {
    await addTasks(server, ann.email, much);
    const statements = await server.statements(async () => {
      const answer = await openExport(server, ann.token);
      await untilStopped();
      answer.destroy();
      await untilGivenBack();
    });
    expect(statements.filter(isPage).length).toBeLessThan(pages);
    expect(statements.at(-1)).toBe("ROLLBACK");
    expect(server.logged()).not.toContain("request failed");
    expect((await fetchExport(server, ann.token)).status).toBe(200);
  });

  it("is cut off where the database fails, so that nobody takes it for the whole", async () => {
    await addTasks(server, ann.email, much);
    const answer = await openExport(server, ann.token);
    await untilStopped();
    await server.admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()",
    );
    const { text, isComplete } = await readAll(answer);
    expect(answer.statusCode).toBe(200);
    expect(isComplete).toBe(false);
    expect(() => JSON.parse(text)).toThrow();
    await untilGivenBack();
    expect((await fetchExport(server, ann.token)).status).toBe(200);
  });
});

it("is cut off when its reader takes nothing for ten seconds, and the connection to the database given back", async () => {
  await addTasks(server, ann.email, much);
  const answer = await openExport(server, ann.token);
  await untilStopped();
  await vi.waitFor(() => expect(server.pool.idleCount).toBe(server.pool.totalCount), { timeout: 30_000 });
  expect((await readAll(answer)).isComplete).toBe(false);
  expect((await fetchExport(server, ann.token)).status).toBe(200);
}, 60_000);

it("is read from the database at once where it is small, whoever reads slowly", async () => {
  await addTasks(server, ann.email, { count: 300, descriptionLength: 15_000 });
  const answer = await openExport(server, ann.token);
  await untilGivenBack();
  const again = await fetchExport(server, ann.token);
  expect([again.status, again.code, again.headers.get("retry-after")]).toEqual([429, "RATE_LIMITED", "10"]);
  const { text, isComplete } = await readAll(answer);
  expect(isComplete).toBe(true);
  expect(JSON.parse(text).tasks).toHaveLength(300);
});

it("waits where a quarter of the connections to the database are taken, for one who is slow to be cut off", async () => {
  const quarter = Math.floor(server.pool.options.max / 4);
  const names = ["bob", "cid", "dan", "eve"].slice(0, quarter);
  const people = [ann, ...(await Promise.all(names.map((name) => signUp(server, name))))];
  const [last, ...slow] = people.reverse();
  for (const { email } of slow) await addTasks(server, email, much);
  const answers = await Promise.all(slow.map(({ token }) => openExport(server, token)));
  await untilStopped(quarter);
  expect((await fetchExport(server, last?.token)).status).toBe(200);
  for (const answer of answers) answer.destroy();
  await untilGivenBack();
}, 60_000);
