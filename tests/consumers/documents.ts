import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { parse } from "graphql";

/** What a program outside of this repository would have generated from schema.graphql for its documents. */
const typed = <Result, Variables>(text: string) => parse(text) as TypedDocumentNode<Result, Variables>;

type Failure<Name extends string> = { __typename: Name; message: string };
type Session = {
  __typename: "AuthPayload";
  accessToken: string;
  tokenType: string;
  user: { id: string; email: string };
};
type Task = { id: string; title: string; completed: boolean; completedAt: string | null; version: number };
type Payload<Name extends string> = { __typename: Name; task: Task };
type Unusable = Failure<"ValidationError"> & { fieldErrors: { path: string[]; message: string }[] };

type Credentials = { email: string; password: string };
type Changes = { id: string; expectedVersion?: number; title?: string; completed?: boolean };

const session =
  "__typename ... on AuthPayload { accessToken tokenType user { id email } } ... on Error { message }";
const task = "task { id title completed completedAt version }";

export const SignUp = typed<
  { signup: Session | Unusable | Failure<"EmailTakenError"> },
  { input: Credentials }
>(
  `mutation SignUp($input: SignupInput!) { signup(input: $input) { ${session} ... on ValidationError { fieldErrors { path message } } } }`,
);

export const LogIn = typed<{ login: Session | Failure<"InvalidCredentialsError"> }, { input: Credentials }>(
  `mutation LogIn($input: LoginInput!) { login(input: $input) { ${session} } }`,
);

export const CreateTask = typed<
  { createTask: Payload<"CreateTaskPayload"> | Unusable },
  { input: { title: string; priority?: "HIGH" } }
>(
  `mutation CreateTask($input: CreateTaskInput!) {
    createTask(input: $input) {
      __typename
      ... on CreateTaskPayload { ${task} }
      ... on Error { message }
      ... on ValidationError { fieldErrors { path message } }
    }
  }`,
);

export const ListTasks = typed<
  { tasks: { totalCount: number; edges: { node: Task }[]; pageInfo: { hasNextPage: boolean } } },
  { first: number }
>(
  `query ListTasks($first: Int!) { tasks(first: $first) { totalCount edges { node { id title completed completedAt version } } pageInfo { hasNextPage } } }`,
);

export const UpdateTask = typed<
  {
    updateTask:
      | Payload<"UpdateTaskPayload">
      | Unusable
      | Failure<"NotFoundError">
      | (Failure<"ConflictError"> & { currentVersion: number | null });
  },
  { input: Changes }
>(
  `mutation UpdateTask($input: UpdateTaskInput!) {
    updateTask(input: $input) {
      __typename
      ... on UpdateTaskPayload { ${task} }
      ... on Error { message }
      ... on ConflictError { currentVersion }
    }
  }`,
);

export const DeleteTask = typed<
  { deleteTask: { __typename: "DeleteTaskPayload"; deletedTaskId: string } | Failure<"NotFoundError"> },
  { input: { id: string } }
>(
  `mutation DeleteTask($input: DeleteTaskInput!) { deleteTask(input: $input) { __typename ... on DeleteTaskPayload { deletedTaskId } ... on Error { message } } }`,
);

export const RestoreTask = typed<
  { restoreTask: Payload<"RestoreTaskPayload"> | Failure<"NotFoundError"> },
  { input: { id: string } }
>(
  `mutation RestoreTask($input: RestoreTaskInput!) { restoreTask(input: $input) { __typename ... on RestoreTaskPayload { ${task} } ... on Error { message } } }`,
);
