import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
let person: Person;
let other: Person;
let taskId: string;
let otherTaskId: string;

beforeAll(async () => {
  server = await startServer();
  [person, other] = [await signUp(server), await signUp(server)];
  taskId = await person.addTask({ title: "mine" });
  otherTaskId = await other.addTask({ title: "theirs" });
});
afterAll(() => server.close());

const fields = "{ __typename id ... on Task { title } ... on User { email } }";
const node = async (id: string) =>
  (await person.data(`query ($id: ID!) { node(id: $id) ${fields} }`, { id })).node;
const nodes = async (ids: string[]) =>
  (await person.data(`query ($ids: [ID!]!) { nodes(ids: $ids) ${fields} }`, { ids })).nodes;

const uuidOf = (id: string) => Buffer.from(id, "base64").toString().split(":")[1] ?? "";
const idOf = (type: string, uuid: string) => Buffer.from(`${type}:${uuid}`).toString("base64");
const unknown = "01890000-0000-7000-8000-000000000000";

describe("node and nodes", () => {
  it("find the viewer's own task and own user", async () => {
    const task = { __typename: "Task", id: taskId, title: "mine" };
    const user = { __typename: "User", id: person.id, email: person.email };
    expect(await node(taskId)).toEqual(task);
    expect(await node(person.id)).toEqual(user);
    expect(await nodes([person.id, taskId])).toEqual([user, task]);
  });

  it("answer in the order of the ids, as often as each is named, with null where there is nothing", async () => {
    const found = await nodes([taskId, otherTaskId, "x", person.id, taskId]);
    expect(found.map((one: { id: string } | null) => one?.id ?? null)).toEqual([
      taskId,
      null,
      null,
      person.id,
      taskId,
    ]);
  });

  it("answer an empty list for no ids", async () => {
    expect(await nodes([])).toEqual([]);
  });

  it("checks 77 and 83: answer null for everything that is not the viewer's", async () => {
    const strange = [
      ...[otherTaskId, other.id, idOf("Task", unknown), idOf("User", unknown)],
      ...[idOf("User", uuidOf(taskId)), idOf("Task", uuidOf(person.id)), idOf("Session", uuidOf(taskId))],
      ...[
        uuidOf(taskId),
        `Task:${uuidOf(taskId)}`,
        idOf("task", uuidOf(taskId)),
        idOf("Task", uuidOf(taskId).toUpperCase()),
      ],
      ...[
        taskId.toUpperCase(),
        taskId.toLowerCase(),
        ` ${taskId}`,
        `${taskId} `,
        `${taskId}\n`,
        `${taskId}=`,
        `${taskId}==`,
      ],
      ...[
        taskId.slice(0, -1),
        taskId.slice(0, -4),
        taskId.replace(/=+$/, ""),
        `${taskId}${taskId}`,
        taskId.slice(1),
      ],
      ...[
        idOf("Task", `{${uuidOf(taskId)}}`),
        idOf("Task", uuidOf(taskId).replaceAll("-", "")),
        idOf("Task", ""),
      ],
      ...[
        idOf("Task", `${uuidOf(taskId)}' OR '1'='1`),
        idOf("Task", `${uuidOf(taskId)}:1`),
        idOf("Query", ""),
        idOf("", ""),
      ],
      ...[
        "",
        " ",
        "\0",
        "%",
        "null",
        "undefined",
        "0",
        "-1",
        "../etc",
        "%%%",
        "VGFzaw==",
        "\ud83d",
        "😀",
        "A".repeat(10_240),
      ],
      ...[
        idOf("Task", `${uuidOf(taskId)}\0`),
        idOf("__proto__", uuidOf(taskId)),
        idOf("constructor", unknown),
      ],
    ];
    for (const id of strange) {
      expect({ id, node: await node(id) }).toEqual({ id, node: null });
      const { task } = await person.data("query ($id: ID!) { task(id: $id) { id } }", { id });
      expect({ id, task }).toEqual({ id, task: null });
    }
    for (let n = 0; n < strange.length; n += 100) {
      const part = strange.slice(n, n + 100);
      expect(await nodes(part)).toEqual(part.map(() => null));
    }
  });

  it("take a number for an id, which names nothing, but no other value", async () => {
    expect((await person.data("{ node(id: 5) { id } }")).node).toBeNull();
    for (const id of ["null", "true", "1.5", "{ not: 1 }", '["x"]']) {
      const answer = await person.send(`{ node(id: ${id}) { id } }`);
      expect({ id, status: answer.status }).toEqual({ id, status: 400 });
    }
    for (const id of [null, true, 1.5, { not: "" }, ["x"]]) {
      const answer = await person.send("query ($id: ID!) { node(id: $id) { id } }", { id });
      expect({ id, status: answer.status }).toEqual({ id, status: 400 });
      expect(answer.data).toBeUndefined();
    }
  });

  it("takes 100 ids at once, and refuses 101 in words", async () => {
    const ids = Array.from({ length: 100 }, () => taskId);
    expect(await nodes(ids)).toHaveLength(100);
    for (const count of [101, 900]) {
      const answer = await person.send("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {
        ids: Array.from({ length: count }, () => taskId),
      });
      expect(answer.status).toBe(400);
      expect(answer.errors?.[0]).toMatchObject({ path: ["nodes"], extensions: { code: "BAD_USER_INPUT" } });
      expect(answer.errors?.[0]?.message).toContain("100");
    }
  });

  it("refuses null among the ids", async () => {
    const answer = await person.send("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {
      ids: [taskId, null],
    });
    expect(answer.status).toBe(400);
  });

  it("an id is the same wherever it is read, and for good", async () => {
    const document = `mutation ($id: ID!) {
      updateTask(input: { id: $id, title: "renamed" }) { ... on UpdateTaskPayload { task { id } } } }`;
    expect((await person.data(document, { id: taskId })).updateTask.task.id).toBe(taskId);
    const { tasks, viewer } = await person.data("{ tasks { edges { node { id } } } viewer { id } }");
    expect(tasks.edges[0].node.id).toBe(taskId);
    expect(viewer.id).toBe(person.id);
    expect(taskId).toMatch(/^[\w+/]+=*$/);
  });
});
