import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());

const everywhere = `query ($id: ID!, $ids: [ID!]!, $search: String) {
  task(id: $id) { id }
  node(id: $id) { id }
  nodes(ids: $ids) { id }
  all: tasks(first: 100) { totalCount edges { node { id } } }
  done: tasks(first: 100, filter: { completed: true }) { totalCount edges { node { id } } }
  byTitle: tasks(last: 100, orderBy: { field: TITLE, direction: ASC }) { totalCount edges { node { id } } }
  byDue: tasks(first: 100, filter: { dueFrom: "2026-01-01" }) { totalCount edges { node { id } } }
  found: tasks(first: 100, filter: { search: $search, priority: [HIGH] }) { totalCount edges { node { id } } }
}`;

async function seeDoomed(title: string) {
  const due = { date: "2026-12-24", time: "18:00", timeZone: "Europe/Berlin" };
  const { id } = await api.add({ title, description: "*all* of it", due, priority: "HIGH" });
  const task = await api.change({ id, completed: true });
  const look = () => person.data(everywhere, { id, ids: [id], search: title });
  return { id, task, look };
}

describe("deleteTask", () => {
  it("answers the id, and takes the task out of every list, count and query at once", async () => {
    await api.add({ title: "a neighbour" });
    const { id, look } = await seeDoomed("doomed");
    const before = await look();
    expect(await api.remove(id)).toEqual({ __typename: "DeleteTaskPayload", deletedTaskId: id });
    const after = await look();
    expect([after.task, after.node, after.nodes]).toEqual([null, null, [null]]);
    for (const list of ["all", "done", "byTitle", "byDue", "found"]) {
      expect(JSON.stringify(before[list])).toContain(id);
      expect(JSON.stringify(after[list])).not.toContain(id);
      expect(after[list].totalCount).toBe(before[list].totalCount - 1);
    }
  });

  it("leaves the neighbours as they were", async () => {
    const neighbour = await api.add({ title: "stays" });
    const { id } = await seeDoomed("goes");
    await api.remove(id);
    expect(await api.get(neighbour.id)).toEqual(neighbour);
  });

  it("a second time finds nothing, nor does any other change", async () => {
    const { id } = await seeDoomed("gone");
    await api.remove(id);
    expect(await api.remove(id)).toMatchObject({ __typename: "NotFoundError" });
    for (const change of [
      {},
      { title: "back?" },
      { completed: false },
      { expectedVersion: 2, title: "back?" },
    ]) {
      expect(await api.update({ id, ...change })).toMatchObject({ __typename: "NotFoundError" });
    }
  });

  it.each(["", "x", "00000000-0000-7000-8000-000000000000", "VGFzazoxMjM="])(
    "answers NotFoundError for the id %j, as restoreTask does",
    async (id) => {
      expect(await api.remove(id)).toMatchObject({ __typename: "NotFoundError" });
      expect(await api.restore(id)).toMatchObject({ __typename: "NotFoundError" });
    },
  );

  it.each(["deleteTask", "restoreTask"])(
    "%s without an id, or with none, is refused before it runs",
    async (field) => {
      const count = async () => (await api.list()).totalCount;
      const before = await count();
      for (const input of [
        "{}",
        "{ id: null }",
        "{ id: { not: 1 } }",
        "{ id: [] }",
        '{ id: "x", all: true }',
      ]) {
        const answer = await person.send(`mutation { ${field}(input: ${input}) { __typename } }`);
        expect(answer.status).toBe(400);
        expect(answer.data).toBeUndefined();
      }
      expect(await count()).toBe(before);
    },
  );
});

describe("restoreTask", () => {
  it("brings a task back exactly as it was, version and times included, into the same places", async () => {
    await api.add({ title: "before" });
    const { id, task, look } = await seeDoomed("lazarus");
    await api.add({ title: "after" });
    const before = await look();
    await api.remove(id);
    expect(await api.restore(id)).toEqual({ __typename: "RestoreTaskPayload", task });
    expect(await api.get(id)).toEqual(task);
    expect(await look()).toEqual(before);
  });

  it("leaves a task that is there as it is, also a second time", async () => {
    const { id, task } = await seeDoomed("never gone");
    expect((await api.restore(id)).task).toEqual(task);
    await api.remove(id);
    await api.restore(id);
    const renamed = await api.change({ id, title: "restored and renamed" });
    expect((await api.restore(id)).task).toEqual(renamed);
  });

  it("works again after each deletion", async () => {
    const { id, task } = await seeDoomed("cat");
    for (let life = 0; life < 9; life++) {
      expect(await api.remove(id)).toMatchObject({ deletedTaskId: id });
      expect((await api.restore(id)).task).toEqual(task);
    }
  });

  it("keeps the version that others expect: what was seen before can be changed after", async () => {
    const { id, task } = await seeDoomed("watched");
    await api.remove(id);
    await api.restore(id);
    const changed = await api.change({ id, expectedVersion: task.version, title: "changed" });
    expect(changed.version).toBe(task.version + 1);
  });

  it("in parallel with itself and with deletion ends in one of the two states, never in an error", async () => {
    const { id, task } = await seeDoomed("flicker");
    for (let round = 0; round < 20; round++) {
      const results = await Promise.all([
        api.remove(id),
        api.restore(id),
        api.remove(id),
        api.restore(id),
        api.restore(id),
      ]);
      for (const { __typename } of results) {
        expect(["DeleteTaskPayload", "RestoreTaskPayload", "NotFoundError"]).toContain(__typename);
      }
      expect((await api.restore(id)).task).toEqual(task);
    }
  });

  it("restores also when the caller asks for nothing of the task", async () => {
    const { id } = await seeDoomed("unseen");
    await api.remove(id);
    const document = "mutation ($id: ID!) { restoreTask(input: { id: $id }) { __typename } }";
    expect(await person.data(document, { id })).toEqual({
      restoreTask: { __typename: "RestoreTaskPayload" },
    });
    expect(await api.get(id)).not.toBeNull();
  });
});
