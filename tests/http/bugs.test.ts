import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { whileDatabase, withoutDescriptions } from "./broken-database.ts";

let server: TestServer;
let person: Person;
let taskId: string;
beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  taskId = await person.addTask({ title: "Water the plants" });
});
afterAll(() => server.close());

describe("a bug", () => {
  const lines = (id: string | undefined) =>
    server
      .logged()
      .split("\n")
      .filter((line) => line.includes(`"${id}"`) && line.includes("unexpected"));

  it("is not told, but found in the log, once, by the id that the caller gets", async () => {
    for (let i = 0; i < 3; i++) await person.addTask({ title: `Task ${i}` });
    const answer = await withoutDescriptions(server, () =>
      person.send("{ tasks { edges { node { description } } } }"),
    );
    const [error] = answer.errors ?? [];
    expect(error).toMatchObject({
      message: "Unexpected error.",
      extensions: { requestId: answer.headers.get("x-request-id") },
    });
    expect(lines(error?.extensions.requestId)).toHaveLength(1);
    expect(server.logged()).not.toContain("Water the plants");
  });

  it("leaves the rest of the answer as it is", async () => {
    const query = `{ viewer { email } task(id: "${taskId}") { description } }`;
    const answer = await withoutDescriptions(server, () => person.send(query));
    expect([answer.status, answer.data]).toEqual([200, { viewer: { email: person.email }, task: null }]);
    expect(answer.errors).toMatchObject([{ path: ["task"], extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
    expect(lines(answer.errors?.[0]?.extensions.requestId)).toHaveLength(1);
  });

  it("that meets several fields is one entry in the log", async () => {
    const query = `{ a: task(id: "${taskId}") { description } b: task(id: "${taskId}") { description } }`;
    const answer = await withoutDescriptions(server, () => person.send(query));
    expect([answer.status, answer.data]).toEqual([500, { a: null, b: null }]);
    expect(new Set(answer.errors?.map(({ extensions }) => extensions.requestId)).size).toBe(1);
    expect(lines(answer.errors?.[0]?.extensions.requestId)).toHaveLength(1);
  });

  it("is a bug also where GraphQL finds it: a value that is none of its type's", async () => {
    const answer = await whileDatabase(
      server,
      "ALTER TABLE tasks DROP CONSTRAINT tasks_priority_range; UPDATE tasks SET priority = 9",
      "UPDATE tasks SET priority = 0",
      () => person.send(`{ task(id: "${taskId}") { priority } }`),
    );
    expect([answer.status, answer.data]).toEqual([500, { task: null }]);
    expect(answer.errors).toMatchObject([
      { message: "Unexpected error.", extensions: { code: "INTERNAL_SERVER_ERROR" } },
    ]);
    expect(lines(answer.errors?.[0]?.extensions.requestId)).toHaveLength(1);
  });
});
