import { randomBytes } from "node:crypto";
import type { Answer } from "../helpers/graphql.ts";
import { findLeaks } from "../helpers/leaks.ts";
import { type Person, password } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";

export const createTask = `mutation ($title: String!) {
  createTask(input: { title: $title }) { ... on CreateTaskPayload { task { id } } }
}`;

export const signup = `mutation ($email: String!) {
  signup(input: { email: $email, password: "${password}" }) { __typename ... on AuthPayload { accessToken } }
}`;

export const login = `mutation ($email: String!) {
  login(input: { email: $email, password: "${password}" }) { __typename ... on AuthPayload { accessToken } }
}`;

export const newAddress = () => `load-${randomBytes(6).toString("hex")}@example.com`;

/** What is wrong with an answer that has to say "not now, try again", in words; nothing where it does. */
export function problemsOfRefusal({ status, headers, errors, data, text }: Answer): string[] {
  const problems = {
    [`status ${status}`]: status !== 503,
    [`Retry-After ${headers.get("retry-after")}`]: !/^\d+$/.test(headers.get("retry-after") ?? ""),
    [`answer ${text}`]: errors?.[0]?.extensions.code !== "SERVICE_UNAVAILABLE" || Boolean(data),
    [`leaks ${findLeaks(text)}`]: findLeaks(text).length > 0,
  };
  return Object.keys(problems).filter((problem) => problems[problem]);
}

export type Load = {
  /** Ends it when the requests that are out are answered. */
  stop(): Promise<{
    served: number;
    refused: number;
    /** Answers that are neither right nor a proper refusal. */
    faults: string[];
    /** Titles of tasks, and addresses of accounts, that the server said were saved. */
    tasks: string[];
    accounts: string[];
  }>;
};

/** Keeps several of a person's requests of all kinds going, one after the other in each of a few workers. */
export function startLoad({ graphql }: TestServer, person: Person, workers = 6): Load {
  const result = {
    served: 0,
    refused: 0,
    faults: [] as string[],
    tasks: [] as string[],
    accounts: [] as string[],
  };
  let running = true;

  async function send(query: string, variables: object): Promise<Answer | null> {
    const answer = await graphql.send(query, variables, person.token);
    if (answer.status === 200 && !answer.errors) {
      result.served++;
      return answer;
    }
    result.refused++;
    const problems = problemsOfRefusal(answer);
    if (problems.length > 0) result.faults.push(`${problems.join(", ")}: ${answer.text}`);
    return null;
  }

  async function round(): Promise<void> {
    const title = randomBytes(8).toString("hex");
    if (await send(createTask, { title })) result.tasks.push(title);
    const email = newAddress();
    const account = await send(signup, { email });
    if (account?.data.signup.__typename === "AuthPayload") result.accounts.push(email);
    await send(login, { email: person.email });
    await send("{ viewer { email } tasks(first: 3) { totalCount edges { node { title } } } }", {});
  }

  async function work(): Promise<void> {
    while (running) {
      await round().catch((error: Error) => result.faults.push(`no answer: ${error.message} ${error.cause}`));
    }
  }

  const done = Promise.all(Array.from({ length: workers }, work));
  return {
    async stop() {
      running = false;
      await done;
      return result;
    },
  };
}
