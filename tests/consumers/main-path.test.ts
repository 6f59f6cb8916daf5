import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { ClientError, GraphQLClient } from "graphql-request";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import {
  type Run,
  runWithApollo,
  runWithFetch,
  runWithGeneratedFetcher,
  runWithGraphqlRequest,
  runWithRelayFetch,
  runWithUrql,
} from "./clients.ts";
import { CreateTask, DeleteTask, ListTasks, LogIn, RestoreTask, SignUp, UpdateTask } from "./documents.ts";

let server: TestServer;
let endpoint: string;
beforeAll(async () => {
  server = await startServer();
  endpoint = `${server.url}/graphql`;
});
afterAll(() => server.close());

const password = "plum tomato sandwich";

describe.each<[string, (url: string) => Run]>([
  ["plain fetch", runWithFetch],
  ["graphql-request", runWithGraphqlRequest],
  ["urql", (url) => runWithUrql(url)],
  ["urql by POST", (url) => runWithUrql(url, { preferGetMethod: false })],
  ["Apollo Client", (url) => runWithApollo(url)],
  ["Apollo Client by GET", (url) => runWithApollo(url, { useGETForQueries: true })],
  ["a network layer of Relay", runWithRelayFetch],
  ["a generated fetcher", runWithFetch],
])("with %s", (name, connect) => {
  const input = { email: `${name.replaceAll(" ", "-")}@example.com`, password };

  it("somebody signs up, keeps tasks, and reads refusals as data", async () => {
    const run = connect(endpoint);
    const { signup } = await run(SignUp, { input });
    if (signup.__typename !== "AuthPayload") throw new Error(signup.message);
    expect([signup.tokenType, signup.user.email]).toEqual(["bearer", input.email]);
    const { login } = await run(LogIn, { input });
    if (login.__typename !== "AuthPayload") throw new Error(login.message);
    const token = login.accessToken;
    expect(login.user).toEqual(signup.user);

    const { createTask } = await run(
      CreateTask,
      { input: { title: "Water the plants", priority: "HIGH" } },
      token,
    );
    if (createTask.__typename !== "CreateTaskPayload") throw new Error(createTask.message);
    const { id } = createTask.task;
    expect(createTask.task).toMatchObject({ title: "Water the plants", completed: false, version: 1 });
    const { tasks } = await run(ListTasks, { first: 10 }, token);
    expect([tasks.totalCount, tasks.edges[0]?.node.id, tasks.pageInfo.hasNextPage]).toEqual([1, id, false]);

    const changes = { id, expectedVersion: 1, title: "Water the tomatoes" };
    const { updateTask: renamed } = await run(UpdateTask, { input: changes }, token);
    if (renamed.__typename !== "UpdateTaskPayload") throw new Error(renamed.message);
    expect(renamed.task).toMatchObject({ id, title: "Water the tomatoes", version: 2 });
    const { updateTask: refused } = await run(UpdateTask, { input: changes }, token);
    if (refused.__typename !== "ConflictError") throw new Error(refused.__typename);
    expect(refused.currentVersion).toBe(2);
    const { updateTask: done } = await run(UpdateTask, { input: { id, completed: true } }, token);
    if (done.__typename !== "UpdateTaskPayload") throw new Error(done.message);
    expect(Date.parse(done.task.completedAt ?? "")).toBeLessThanOrEqual(Date.now());

    const { deleteTask } = await run(DeleteTask, { input: { id } }, token);
    expect(deleteTask).toMatchObject({ __typename: "DeleteTaskPayload", deletedTaskId: id });
    expect((await run(ListTasks, { first: 10 }, token)).tasks.edges).toEqual([]);
    expect((await run(DeleteTask, { input: { id } }, token)).deleteTask.__typename).toBe("NotFoundError");
    const { restoreTask } = await run(RestoreTask, { input: { id } }, token);
    if (restoreTask.__typename !== "RestoreTaskPayload") throw new Error(restoreTask.message);
    expect(restoreTask.task).toMatchObject({ ...done.task, version: 3 });
  });

  it("what is wrong with an input comes back beside its field, not as an exception", async () => {
    const { signup } = await connect(endpoint)(SignUp, { input: { email: "nobody", password: "short" } });
    if (signup.__typename !== "ValidationError") throw new Error(signup.__typename);
    expect(signup.fieldErrors.map(({ path }) => path)).toEqual([["email"], ["password"]]);
  });

  it("a request without a token is an exception with the server's own words", async () => {
    const refused = connect(endpoint)(ListTasks, { first: 1 });
    await expect(refused).rejects.toThrow(
      "Sign in first: send the access token as Authorization: Bearer <token>.",
    );
  });
});

describe("a client finds the code of an error", () => {
  it("in graphql-request", async () => {
    const error = await new GraphQLClient(endpoint)
      .request(ListTasks, { first: 1 })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof ClientError)) throw error;
    expect(error.response.status).toBe(401);
    expect(error.response.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  });

  it("in urql", async () => {
    const client = new Client({ url: endpoint, exchanges: [fetchExchange] });
    const { error } = await client.query(ListTasks, { first: 1 }).toPromise();
    expect(error?.graphQLErrors.map(({ extensions }) => extensions.code)).toEqual(["UNAUTHENTICATED"]);
  });

  it("in Apollo Client", async () => {
    const client = new ApolloClient({ link: new HttpLink({ uri: endpoint }), cache: new InMemoryCache() });
    const error = await client
      .query({ query: ListTasks, variables: { first: 1 } })
      .catch((thrown: unknown) => thrown);
    if (!CombinedGraphQLErrors.is(error)) throw error;
    expect(error.errors.map(({ extensions }) => extensions?.code)).toEqual(["UNAUTHENTICATED"]);
  });

  it("with what a generated fetcher sends that was given no type for it: what to send", async () => {
    const refused = runWithGeneratedFetcher(endpoint)(ListTasks, { first: 1 });
    await expect(refused).rejects.toThrow("Send the request as application/json in UTF-8.");
  });
});
