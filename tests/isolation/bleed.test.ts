import { Agent, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import { signUpVictim, type Victim } from "./pair.ts";

const people = 20;
const rounds = 150;

let server: TestServer;
const users: Victim[] = [];
// Fewer sockets than people, so that each socket carries everybody's requests in turn.
const agent = new Agent({ keepAlive: true, maxSockets: 8, scheduling: "fifo" });

beforeAll(async () => {
  server = await startServer();
  for (let n = 0; n < people; n++) {
    users.push(await signUpVictim(server, `canary-${String.fromCharCode(97 + n).repeat(6)}`));
  }
});
afterAll(async () => {
  agent.destroy();
  await server.close();
});

function post(token: string, body: object): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    const sent = request(`${server.url}/graphql`, { method: "POST", agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}

/** The n-th thing that somebody does; each answers something with their canary in it. */
function actOf({ canary, taskIds, person }: Victim, n: number): object {
  const ids = [taskIds[n % 12], taskIds[(n * 5) % 12], person.id];
  const acts = [
    { query: "{ tasks(first: 100) { totalCount edges { cursor node { id title description } } } }" },
    { query: "{ viewer { id email name } }" },
    {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Task { title } ... on User { email } } }",
      variables: { ids },
    },
    { query: "query ($id: ID!) { task(id: $id) { title description } }", variables: { id: ids[0] } },
    {
      query:
        "query ($s: String) { tasks(filter: { search: $s }, orderBy: { field: TITLE, direction: ASC }) { edges { node { title } } } }",
      variables: { s: n % 2 === 0 ? canary : "canary" },
    },
    {
      query: `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
        ... on UpdateTaskPayload { task { title description version } } } }`,
      variables: { input: { id: ids[1], description: `${canary} changed ${n}` } },
    },
    {
      query: `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ... on CreateTaskPayload { task { id title } } } }`,
      variables: { input: { title: `${canary} new ${n}` } },
    },
  ];
  return acts[n % acts.length] ?? {};
}

describe("twenty people on a few sockets at once", () => {
  it("each get answers of their own, and of nobody else", async () => {
    let answers = 0;
    const wrong: { asked: object; status: number; text: string }[] = [];
    const live = async (user: Victim, start: number) => {
      for (let n = start; n < start + rounds; n++) {
        const asked = actOf(user, n);
        const { status, text } = await post(user.person.token, asked);
        answers++;
        const others = users.filter((one) => one !== user && text.includes(one.canary));
        if (status !== 200 || !text.includes(user.canary) || others.length > 0)
          wrong.push({ asked, status, text });
      }
    };
    await Promise.all(users.map((user, n) => live(user, n)));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(answers).toBe(people * rounds);
  }, 120_000);

  it("have in the end just what they made", async () => {
    for (const { api, canary } of users) {
      const { edges, totalCount } = await api.list({ first: 100 });
      expect(totalCount).toBe(edges.length);
      expect(edges.every(({ node }) => node.title.startsWith(canary))).toBe(true);
      expect(edges.every(({ node }) => (node.description ?? canary).includes(canary))).toBe(true);
    }
  });
});
