import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maxDescriptionLength, maxTitleLength } from "../../src/rules/limits.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, wrongFields } from "./task-api.ts";

let server: TestServer;
let ann: Person;

beforeAll(async () => {
  server = await startServer();
  ann = await signUp(server, "ann");
});
afterAll(() => server.close());

/** The widest character there is, in bytes of UTF-8: what the database counts. */
const widest = "\u{1f600}";

const texts = [
  ["title", maxTitleLength],
  ["description", maxDescriptionLength],
] as const;

describe("the longest text", () => {
  it.each(texts)(
    "of a %s is kept, by server and database; one character more is not",
    async (name, length) => {
      const tasks = createTaskApi(ann);
      const task = await tasks.add({ title: "x", [name]: widest.repeat(length) });
      expect(task[name]).toBe(widest.repeat(length));
      expect(wrongFields(await tasks.create({ title: "x", [name]: widest.repeat(length + 1) }))).toEqual([
        name,
      ]);
      const change = `UPDATE tasks SET ${name} = $1`;
      await expect(server.admin.query(change, [widest.repeat(length + 1)])).rejects.toThrow(
        `tasks_${name}_length`,
      );
    },
  );
});

it("no priority but those that have a name is kept by the database", async () => {
  await createTaskApi(ann).add({ title: "x" });
  for (const priority of [-1, 5])
    await expect(server.admin.query("UPDATE tasks SET priority = $1", [priority])).rejects.toThrow(
      "tasks_priority_range",
    );
});
