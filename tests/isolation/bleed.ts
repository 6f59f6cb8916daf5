import { Agent, request } from "node:http";
import type { TestServer } from "../helpers/server.ts";
import { signUpVictim, type Victim } from "./pair.ts";

export type Bleeding = {
  answers: number;
  /** Answers with something of somebody else's in them. */
  leaks: string[];
  /** Answers that are not what was asked for, otherwise. */
  faults: string[];
  users: Victim[];
};

type Asked = { query: string; variables?: object };

/** Who asks: somebody, nobody, or somebody with a token that no server issued. */
type Asker = { user: Victim | null; token: string | null; status: number };

const canaries = /canary-\d{3}-[a-z]/g;
const ids = /"(V[A-Za-z0-9+/]{50,}={0,2})"/g;

const listDocument = "{ tasks(first: 10) { totalCount edges { cursor node { id title description } } } }";

/** The n-th thing that somebody does; each answers something with their canary in it. */
function actOf({ canary, taskIds, person }: Victim, n: number): Asked {
  const [id, other] = [taskIds[n % taskIds.length], taskIds[(n * 5) % taskIds.length]];
  const acts: Asked[] = [
    // The same words for everybody, so that answers kept for one would do for another.
    { query: listDocument },
    { query: "{ viewer { id email name } }" },
    {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Task { title } ... on User { email } } }",
      variables: { ids: [id, other, person.id] },
    },
    { query: "query ($id: ID!) { task(id: $id) { title description } }", variables: { id } },
    {
      query:
        "query ($s: String) { tasks(first: 10, filter: { search: $s }, orderBy: { field: TITLE, direction: ASC }) { edges { node { title } } } }",
      variables: { s: n % 2 === 0 ? canary : "canary" },
    },
    {
      query: `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
        ... on UpdateTaskPayload { task { title description version } } } }`,
      variables: { input: { id: other, description: `${canary} changed ${n}` } },
    },
    {
      query: `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ... on CreateTaskPayload { task { id title } } } }`,
      variables: { input: { title: `${canary} new ${n}` } },
    },
    { query: listDocument },
  ];
  return acts[n % acts.length] as Asked;
}

function openSockets(url: string) {
  // Fewer sockets than people, so that each carries everybody's requests in turn.
  const agent = new Agent({ keepAlive: true, maxSockets: 12, scheduling: "fifo" });

  function start(token: string | null, asked: Asked) {
    const headers = {
      "Content-Type": "application/json",
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    };
    const sent = request(`${url}/graphql`, { method: "POST", agent, headers });
    sent.end(JSON.stringify(asked));
    return sent;
  }

  return {
    ask: (token: string | null, asked: Asked) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        const sent = start(token, asked);
        sent.on("error", reject);
        sent.on("response", (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        });
      }),
    /** Asks and hangs up, which the server may or may not notice in time. */
    abandon: (token: string, asked: Asked) =>
      new Promise<void>((resolve) => {
        const sent = start(token, asked);
        sent.on("error", () => resolve());
        sent.on("close", () => resolve());
        sent.on("finish", () => setImmediate(() => sent.destroy()));
      }),
    close: () => agent.destroy(),
  };
}

/**
 * Many users at once on a few sockets, reading and writing; every answer is looked through for the canaries and the
 * ids of all the others.
 *
 * @param count answers to look through, at least
 */
export async function bleed(server: TestServer, people: number, count: number): Promise<Bleeding> {
  const canaryOf = (n: number) =>
    `canary-${String(n).padStart(3, "0")}-${String.fromCharCode(97 + (n % 26))}`;
  const users: Victim[] = [];
  // A few at a time: more passwords at once than the cores can hash are refused.
  for (let n = 0; n < people; n += 5) {
    const next = Array.from({ length: Math.min(5, people - n) }, (_, i) => canaryOf(n + i));
    users.push(...(await Promise.all(next.map((canary) => signUpVictim(server, canary, 4)))));
  }
  const owners = new Map(
    users.flatMap(({ canary, person, taskIds, deletedTaskId }) =>
      [person.id, deletedTaskId, ...taskIds].map((id) => [id, canary]),
    ),
  );
  const sockets = openSockets(server.url);
  const result: Bleeding = { answers: 0, leaks: [], faults: [], users };

  function inspect({ user, status: expected }: Asker, asked: Asked, status: number, text: string) {
    result.answers++;
    const said = () => `${user?.canary} asked ${JSON.stringify(asked)} and got ${status} ${text}`;
    const seen = text.match(canaries) ?? [];
    const foreignIds = [...text.matchAll(ids)].filter(
      ([, id = ""]) => owners.has(id) && owners.get(id) !== user?.canary,
    );
    if (seen.some((canary) => canary !== user?.canary) || foreignIds.length > 0) result.leaks.push(said());
    else if (status !== expected || (user !== null && seen.length === 0)) result.faults.push(said());
  }

  async function live(user: Victim, start: number, rounds: number) {
    for (let n = start; n < start + rounds; n++) {
      const asked = actOf(user, n);
      let asker: Asker = { user, token: user.person.token, status: 200 };
      if (n % 40 === 11)
        asker = { user: null, token: null, status: asked.query.includes("viewer") ? 200 : 401 };
      if (n % 40 === 31) asker = { user: null, token: `${user.person.token}x`, status: 401 };
      const { status, text } = await sockets.ask(asker.token, asked);
      inspect(asker, asked, status, text);
      if (n % 50 === 17) await sockets.abandon(user.person.token, actOf(user, n + 3));
    }
  }

  const rounds = Math.ceil(count / people);
  await Promise.all(users.map((user, n) => live(user, n, rounds)));
  sockets.close();
  return result;
}
