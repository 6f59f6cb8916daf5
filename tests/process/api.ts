import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";

/** The data of an answer to one operation. */
export async function ask<T>(url: string, query: string, token?: string): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: T | null; errors?: unknown };
  if (!data) throw new Error(`${response.status} ${JSON.stringify(errors)} to ${query.slice(0, 40)}`);
  return data;
}

/** Makes an account. @returns its token */
export async function signUp(url: string, name: string): Promise<string> {
  const input = `{ email: "${name}@example.org", password: "correct horse ${name}" }`;
  const signup = `mutation { signup(input: ${input}) { ... on AuthPayload { accessToken } } }`;
  return (await ask<{ signup: { accessToken: string } }>(url, signup)).signup.accessToken;
}

export async function viewerOf(url: string, token: string): Promise<string | undefined> {
  return (await ask<{ viewer: { email: string } }>(url, "{ viewer { email } }", token)).viewer.email;
}

export async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Creates a task with a title. */
export const createTask = (title: string) =>
  `mutation { createTask(input: { title: "${title}" }) { ... on CreateTaskPayload { task { id } } } }`;

/** The titles of all of somebody's tasks. */
export async function titlesOf(url: string, token: string): Promise<string[]> {
  type Tasks = {
    edges: { node: { title: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
  const titles: string[] = [];
  for (let after = "null"; ; ) {
    const query = `{ tasks(first: 100, after: ${after}) { edges { node { title } } pageInfo { hasNextPage endCursor } } }`;
    const { edges, pageInfo } = (await ask<{ tasks: Tasks }>(url, query, token)).tasks;
    titles.push(...edges.map(({ node }) => node.title));
    if (!pageInfo.hasNextPage) return titles;
    after = JSON.stringify(pageInfo.endCursor);
  }
}

/** One answer, with the id under which the server has logged its request. */
export type Answer = { status: number; id: string; text: string };

/** A connection that is kept, and made anew when it breaks. */
export type Connection = {
  /** @throws an error with the system's code when there is no answer */
  send(query: string): Promise<Answer>;
  /** Sends a request but for its end, and waits until the server has begun on it. @returns what sends the rest */
  begin(query: string): Promise<() => Promise<Answer>>;
  close(): void;
};

export function connect(url: string, token: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const open = (length: number, more = {}) =>
    request(`${url}/graphql`, {
      method: "POST",
      agent,
      headers: { ...headers, "content-length": length, ...more },
    });
  return {
    async send(query) {
      const body = Buffer.from(JSON.stringify({ query }));
      const sent = open(body.length);
      sent.end(body);
      return answerTo(sent);
    },
    async begin(query) {
      const body = Buffer.from(JSON.stringify({ query }));
      const sent = open(body.length, { expect: "100-continue" });
      const answer = answerTo(sent);
      answer.catch(() => {});
      sent.flushHeaders();
      await once(sent, "continue");
      sent.write(body.subarray(0, -1));
      return () => {
        sent.end(body.subarray(-1));
        return answer;
      };
    },
    close: () => agent.destroy(),
  };
}

async function answerTo(sent: ClientRequest): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((done, failed) => {
    sent.once("response", done).once("error", failed);
  });
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode ?? 0, id: String(response.headers["x-request-id"]), text };
}
