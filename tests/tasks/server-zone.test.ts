import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphql, type Graphql } from "../helpers/graphql.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { jwtSecret, startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type Task, type TaskApi, taskFields } from "./task-api.ts";

const zones = ["Pacific/Apia", "America/New_York", "Pacific/Kiritimati"];

let here: TestServer;
let person: Person;
let api: TaskApi;
const elsewhere: { child: ChildProcess; graphql: Graphql; zone: string }[] = [];

beforeAll(async () => {
  here = await startServer();
  // The database's own zone must not matter either.
  await here.admin.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Kathmandu'); END $$`,
  );
  person = await signUp(here);
  api = createTaskApi(person);
  for (const TZ of zones) {
    const child = fork(
      new URL("zone-server.ts", import.meta.url),
      [JSON.stringify(here.connection), jwtSecret],
      { env: { ...process.env, TZ }, execArgv: [] },
    );
    const [{ port, zone }] = await once(child, "message");
    elsewhere.push({ child, graphql: createGraphql(`http://127.0.0.1:${port}`), zone });
  }
});
afterAll(async () => {
  for (const { child } of elsewhere) {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  }
  await here.close();
});

const dues = [
  { date: "2026-11-21" },
  { date: "2011-12-30" },
  { date: "2026-03-08" },
  { date: "0001-01-01" },
  { date: "9999-12-31" },
  { date: "2026-03-08", time: "02:30", timeZone: "Europe/Berlin" },
  { date: "2026-03-29", time: "02:30", timeZone: "Europe/Berlin" },
  { date: "2026-03-29", time: "03:00", timeZone: "Europe/Berlin" },
  { date: "2011-12-30", time: "12:00", timeZone: "UTC" },
  { date: "1890-01-01", time: "00:00", timeZone: "America/New_York" },
  { date: "0001-01-02", time: "00:00", timeZone: "Pacific/Apia" },
];

describe("check 82: a server in another time zone", () => {
  it("is in that zone, and on a database in yet another", async () => {
    expect(elsewhere.map(({ zone }) => zone)).toEqual(zones);
    for (const { graphql } of elsewhere) await graphql.data("{ viewer { id } }", {}, person.token);
    const { rows } = await here.admin.query(
      "SELECT DISTINCT setconfig[1] AS setting FROM pg_db_role_setting WHERE setconfig[1] LIKE 'TimeZone=%'",
    );
    expect(rows).toContainEqual({ setting: "TimeZone=Asia/Kathmandu" });
  });

  it("stores and reads due dates and timestamps as every other does", async () => {
    const creation = `mutation ($input: CreateTaskInput!) { createTask(input: $input) {
      ... on CreateTaskPayload { task { ${taskFields} } } } }`;
    const made: Task[] = [];
    for (const due of dues) {
      made.push(await api.add({ title: "made here", due }));
      for (const { graphql } of elsewhere) {
        const input = { title: "made there", due };
        made.push((await graphql.data(creation, { input }, person.token)).createTask.task);
      }
      const kept = made.slice(-1 - zones.length).map((task) => JSON.stringify(task.due));
      expect(new Set(kept).size).toBe(1);
    }
    const list = `{ tasks(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) {
      edges { node { ${taskFields} } } } }`;
    for (const { graphql } of [here, ...elsewhere]) {
      const { tasks } = await graphql.data(list, {}, person.token);
      expect(tasks.edges.map((edge: { node: Task }) => edge.node)).toEqual(made);
    }
  });

  it("filters and sorts by the same days", async () => {
    const list = `{ tasks(first: 100, filter: { dueFrom: "2011-12-30", dueTo: "2011-12-30" },
      orderBy: { field: DUE, direction: ASC }) { edges { node { id due { date time } } } } }`;
    const expected = await person.data(list);
    expect(expected.tasks.edges).toHaveLength(2 * (1 + zones.length));
    for (const { graphql } of elsewhere) expect(await graphql.data(list, {}, person.token)).toEqual(expected);
  });
});
