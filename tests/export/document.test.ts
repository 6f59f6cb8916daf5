import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createToken, logIn } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import { allFieldsOf } from "../helpers/selection.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { documented, excerpt, fetchExport } from "./exports.ts";

const day = 24 * 60 * 60 * 1000;
const start = Date.parse("2026-11-21T12:00:00.000Z");
let now = start;

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer({ now: () => new Date(now) });
  ann = await signUp(server, "ann");
});
afterAll(() => server.close());

const change = (mutation: string, id: string) =>
  ann.data(`mutation ($id: ID!) { ${mutation} { __typename } }`, { id });

const titlesOf = (document: { tasks: { title: string }[] }) => document.tasks.map(({ title }) => title);

/** What the API works out of the rest, or of who asks. */
const workedOut = ["at", "isCurrent"];

describe("an export", () => {
  it("is what the documented schema says, of an account that holds nothing too", async () => {
    const empty = await signUp(server);
    const { status, body } = await fetchExport(server, empty.token);
    expect(status).toBe(200);
    expect(documented.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      format: "ownlist-export",
      version: 1,
      exportedAt: new Date(now).toISOString(),
    });
    expect([body.personalTokens, body.tasks]).toEqual([[], []]);
  });

  it("has all that the API gives, as the API gives it", async () => {
    await ann.addTask({ title: "plain" });
    const everything = {
      title: '  <b>"quoted"</b> \u2028 😀 ',
      description: "Line\r\n\tline \\ \u{10ffff} é e\u0301",
      due: { date: "2026-12-24", time: "18:30", timeZone: "europe/berlin" },
      priority: "URGENT",
    };
    const done = await ann.addTask(everything);
    await change("updateTask(input: { id: $id, completed: true })", done);
    await ann.addTask({ title: "a day", due: { date: "0001-01-01" } });
    const deleted = await ann.addTask({ title: "deleted", priority: "LOW" });
    await change("deleteTask(input: { id: $id })", deleted);
    await logIn(server, ann);
    const token = await createToken(ann, ["TASKS_READ", "ACCOUNT_READ"], new Date(now + day));

    const { body } = await fetchExport(server, ann.token);
    expect(documented.safeParse(body).error).toBeUndefined();
    const { viewer, tasks, sessions, personalTokens, securityEvents } = await ann.data(`{
      viewer { ${allFieldsOf("User")} }
      tasks(orderBy: { field: CREATED_AT, direction: ASC }) { edges { node { ${allFieldsOf("Task", workedOut)} } } }
      sessions { edges { node { ${allFieldsOf("Session", workedOut)} } } }
      personalTokens { edges { node { ${allFieldsOf("PersonalToken")} } } }
      securityEvents { edges { node { ${allFieldsOf("SecurityEvent")} } } }
    }`);
    const nodes = (list: { edges: { node: object }[] }) => list.edges.map(({ node }) => node);
    const living = body.tasks.filter(({ deletedAt }: { deletedAt: string | null }) => deletedAt === null);
    expect(body.account).toEqual(viewer);
    expect(living).toEqual(nodes(tasks).map((task) => ({ ...task, deletedAt: null })));
    expect(living[1]).toMatchObject({
      ...everything,
      title: everything.title.trim(),
      completed: true,
      due: { timeZone: "Europe/Berlin" },
    });
    expect(body.sessions).toEqual(nodes(sessions).reverse());
    expect(body.personalTokens).toEqual(nodes(personalTokens).reverse());
    expect(body.securityEvents).toEqual(nodes(securityEvents).reverse());
    expect(body.securityEvents.at(-1).kind).toBe("EXPORTED");
    expect(body.tasks.at(-1)).toMatchObject({
      id: deleted,
      title: "deleted",
      deletedAt: new Date(now).toISOString(),
    });
    expect(body.personalTokens[0].id).toBe(token.id);
  });

  it("has nothing secret, and nothing of anybody else's", async () => {
    const bob = await signUp(server, "bob");
    await bob.addTask({ title: "bob's own" });
    const { secret } = await createToken(ann, ["TASKS_READ"], new Date(now + day));
    const { refreshToken } = await logIn(server, ann);
    const { text } = await fetchExport(server, ann.token);
    for (const other of ["bob", "$2b$", "hash", secret.slice(12, 40), refreshToken.slice(11, 40), ann.token])
      expect(text).not.toContain(other);
  });

  it("leaves out what is out of reach: tasks deleted long ago, sessions that have ended", async () => {
    now = start + 30 * day;
    const { accessToken } = await logIn(server, ann);
    expect(titlesOf((await fetchExport(server, accessToken)).body)).toContain("deleted");
    now = start + 30 * day + 1;
    const { body } = await fetchExport(server, accessToken);
    expect(titlesOf(body)).not.toContain("deleted");
    expect(body.sessions).toHaveLength(1);
    now = start;
  });

  it("refuses to be what it is not: the schema lets no other members in", async () => {
    const { body } = await fetchExport(server, ann.token);
    const [task] = body.tasks;
    for (const wrong of [
      { ...body, version: 2 },
      { ...body, secret: "x" },
      { ...body, account: { ...body.account, hashedPassword: "x" } },
      { ...body, tasks: [{ ...task, priority: 3 }] },
      { ...body, tasks: [{ ...task, due: { date: "tomorrow", time: null, timeZone: null } }] },
    ])
      expect(documented.safeParse(wrong).success).toBe(false);
  });
});

it("the example in the documentation shows nothing but what the schema has", () => {
  const text = readFileSync(new URL("../../docs/export.md", import.meta.url), "utf8");
  const [, example = ""] = /```json\n(.*?)```/s.exec(text) ?? [];
  expect(excerpt.safeParse(JSON.parse(example.replaceAll("…", ""))).error).toBeUndefined();
});
