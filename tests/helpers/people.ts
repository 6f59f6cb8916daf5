import { randomBytes } from "node:crypto";
import type { TestServer } from "./server.ts";

export const password = "plum tomato sandwich";

const signupDocument = `mutation ($input: SignupInput!) {
  signup(input: $input) {
    __typename
    ... on AuthPayload { accessToken user { id email name } }
    ... on Error { message }
  }
}`;

const createDocument = `mutation ($input: CreateTaskInput!) {
  createTask(input: $input) {
    __typename
    ... on CreateTaskPayload { task { id title version } }
    ... on Error { message }
  }
}`;

/** Somebody with an account, acting through the public API alone. */
export type Person = {
  id: string;
  email: string;
  token: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for
  data(query: string, variables?: object): Promise<any>;
  send: (query: string, variables?: object) => ReturnType<TestServer["graphql"]["send"]>;
  /** @returns the new task's id */
  addTask(input: { title: string } & Record<string, unknown>): Promise<string>;
};

/** Signs somebody new up. */
export async function signUp({ graphql }: TestServer, name = "somebody"): Promise<Person> {
  const email = `${name}-${randomBytes(6).toString("hex")}@example.com`;
  const { signup } = await graphql.data(signupDocument, { input: { email, password, name } });
  if (signup.__typename !== "AuthPayload") throw new Error(`signing up failed: ${JSON.stringify(signup)}`);
  const token: string = signup.accessToken;
  const data: Person["data"] = (query, variables) => graphql.data(query, variables, token);
  return {
    id: signup.user.id,
    email,
    token,
    data,
    send: (query, variables) => graphql.send(query, variables, token),
    async addTask(input) {
      const { createTask } = await data(createDocument, { input });
      if (createTask.__typename !== "CreateTaskPayload") throw new Error(JSON.stringify(createTask));
      return createTask.task.id;
    },
  };
}
