import { type Answer, type Dialect, type Operation, pageSize, type Task } from "../operation.ts";

// Ownlist's own schema, which Mercurius and Apollo Server serve as well.

const fields = "id title completed priority due { date time timeZone } createdAt updatedAt";

const documents = {
  list: `query List($first: Int, $after: String, $filter: TaskFilter) {
    tasks(first: $first, after: $after, filter: $filter) {
      edges { node { ${fields} } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  task: `query Task($id: ID!) { task(id: $id) { ${fields} } }`,
  create: `mutation Create($input: CreateTaskInput!) {
    createTask(input: $input) { ... on CreateTaskPayload { task { ${fields} } } }
  }`,
  update: `mutation Update($input: UpdateTaskInput!) {
    updateTask(input: $input) { ... on UpdateTaskPayload { task { ${fields} } } }
  }`,
  login: `mutation Login($input: LoginInput!) {
    login(input: $input) { ... on AuthPayload { accessToken } }
  }`,
};

const encodeId = (id: string) => Buffer.from(`Task:${id}`).toString("base64");
const decodeId = (id: string) => Buffer.from(id, "base64").toString("latin1").slice("Task:".length);

function variablesOf(operation: Operation): object {
  switch (operation.kind) {
    case "list": {
      const { after, nonce, completed, search, dueFrom } = operation;
      return { first: pageSize, after, filter: { completed, search, dueFrom }, nonce };
    }
    case "task":
      return { id: encodeId(operation.id), nonce: operation.nonce };
    case "create":
      return { input: { title: operation.title } };
    case "update":
      return { input: { id: encodeId(operation.id), title: operation.title } };
    case "login":
      return { input: { email: operation.email, password: operation.password } };
  }
}

type Body = {
  data: {
    tasks?: { edges: { node: Task }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    task?: Task | null;
    createTask?: { task?: Task };
    updateTask?: { task?: Task };
    login?: { accessToken?: string };
  };
};

const withRowId = (task: Task | null | undefined) => task && { ...task, id: decodeId(task.id) };

function read(_operation: Operation, body: unknown): Answer {
  const { tasks, task, createTask, updateTask, login } = (body as Body).data;
  if (login) return { accessToken: login.accessToken ?? null };
  if (!tasks) return { task: withRowId(task ?? createTask?.task ?? updateTask?.task) ?? null };
  return {
    tasks: tasks.edges.map(({ node }) => ({ ...node, id: decodeId(node.id) })),
    hasNextPage: tasks.pageInfo.hasNextPage,
    endCursor: tasks.pageInfo.endCursor,
  };
}

export const contract: Dialect = {
  write: (operation) => ({
    method: "POST",
    path: "/graphql",
    body: { query: documents[operation.kind], variables: variablesOf(operation) },
  }),
  read,
};
