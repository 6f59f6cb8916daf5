import type pg from "pg";
import type { Task } from "../operation.ts";
import { createTask, getTask, type ListArgs, listTasks, type Page, updateTask } from "./tasks.ts";
import { login, type Tokens, type Viewer } from "./viewer.ts";

/** The part of Ownlist's schema that the workloads use, for the servers that take SDL and resolvers. */
export const typeDefs = /* GraphQL */ `
  scalar Date
  scalar DateTime
  scalar LocalTime
  enum Priority { NONE LOW MEDIUM HIGH URGENT }

  type Query {
    task(id: ID!): Task
    tasks(first: Int, after: String, filter: TaskFilter): TaskConnection!
  }
  input TaskFilter { completed: Boolean, search: String, dueFrom: Date }
  type TaskConnection { edges: [TaskEdge!]!, pageInfo: PageInfo! }
  type TaskEdge { node: Task! }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type Task {
    id: ID!
    title: String!
    completed: Boolean!
    priority: Priority!
    due: Due
    createdAt: DateTime!
    updatedAt: DateTime!
  }
  type Due { date: Date!, time: LocalTime, timeZone: String }

  type Mutation {
    createTask(input: CreateTaskInput!): CreateTaskResult!
    updateTask(input: UpdateTaskInput!): UpdateTaskResult!
    login(input: LoginInput!): LoginResult!
  }
  input CreateTaskInput { title: String! }
  input UpdateTaskInput { id: ID!, title: String }
  input LoginInput { email: String!, password: String! }
  union CreateTaskResult = CreateTaskPayload
  union UpdateTaskResult = UpdateTaskPayload | NotFoundError
  union LoginResult = AuthPayload | InvalidCredentialsError
  type CreateTaskPayload { task: Task! }
  type UpdateTaskPayload { task: Task! }
  type AuthPayload { accessToken: String! }
  type NotFoundError { message: String! }
  type InvalidCredentialsError { message: String! }
`;

/** What resolvers get to see of a request. */
export type Context = { pool: pg.Pool; tokens: Tokens; viewer: Viewer | null };

type TasksArgs = { first?: number; after?: string; filter?: Omit<ListArgs, "first" | "after"> };

function toConnection({ tasks, hasNextPage, endCursor }: Page) {
  return { edges: tasks.map((node) => ({ node })), pageInfo: { hasNextPage, endCursor } };
}

function toResult(payload: string, task: Task | null) {
  return task === null
    ? { __typename: "NotFoundError", message: "There is nothing with this id." }
    : { __typename: payload, task };
}

function requireViewer({ viewer }: Context): Viewer {
  if (viewer === null) throw new Error("Sign in first.");
  return viewer;
}

export const resolvers = {
  Query: {
    task: (_root: unknown, { id }: { id: string }, context: Context) =>
      getTask(context.pool, requireViewer(context).id, id),
    tasks: async (_root: unknown, { first = 50, after, filter }: TasksArgs, context: Context) => {
      const args = { ...filter, first, after: after ?? null };
      return toConnection(await listTasks(context.pool, requireViewer(context).id, args));
    },
  },
  Mutation: {
    createTask: async (_root: unknown, { input }: { input: { title: string } }, context: Context) =>
      toResult("CreateTaskPayload", await createTask(context.pool, requireViewer(context).id, input.title)),
    updateTask: async (
      _root: unknown,
      { input }: { input: { id: string; title: string } },
      context: Context,
    ) => toResult("UpdateTaskPayload", await updateTask(context.pool, requireViewer(context).id, input)),
    login: async (
      _root: unknown,
      { input }: { input: { email: string; password: string } },
      { pool, tokens }: Context,
    ) => {
      const accessToken = await login(pool, tokens, input);
      return accessToken === null
        ? { __typename: "InvalidCredentialsError", message: "The address or the password is wrong." }
        : { __typename: "AuthPayload", accessToken };
    },
  },
};
