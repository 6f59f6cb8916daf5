import type { Client } from "urql";
import { createKey } from "../../../browser/stable-key.ts";
import { graphql } from "../../../generated/gql.ts";
import type {
  CreateTaskInput,
  TaskDetails_TaskFragment,
  UpdateTaskInput,
} from "../../../generated/graphql.ts";
import { sent } from "../../../graphql/delivery.ts";
import type { CreateHint, RestoreHint } from "../../../graphql/optimistic.ts";
import { type Outcome, readOutcome } from "./outcome.ts";
import { inTurn } from "./turns.ts";

const createDocument = graphql(`
  mutation TaskMutations_Create($input: CreateTaskInput!) {
    createTask(input: $input) {
      __typename
      ... on CreateTaskPayload {
        task {
          ...TaskRow_Task
          ...TaskDetails_Task
        }
      }
      ...Refusal_Fields
    }
  }
`);

const updateDocument = graphql(`
  mutation TaskMutations_Update($input: UpdateTaskInput!) {
    updateTask(input: $input) {
      __typename
      ... on UpdateTaskPayload {
        task {
          ...TaskRow_Task
          ...TaskDetails_Task
        }
      }
      ...Refusal_Fields
    }
  }
`);

const deleteDocument = graphql(`
  mutation TaskMutations_Delete($input: DeleteTaskInput!) {
    deleteTask(input: $input) {
      __typename
      ... on DeleteTaskPayload {
        deletedTaskId
      }
      ...Refusal_Fields
    }
  }
`);

const restoreDocument = graphql(`
  mutation TaskMutations_Restore($input: RestoreTaskInput!) {
    restoreTask(input: $input) {
      __typename
      ... on RestoreTaskPayload {
        task {
          ...TaskRow_Task
          ...TaskDetails_Task
        }
      }
      ...Refusal_Fields
    }
  }
`);

const versionDocument = graphql(`
  query TaskMutations_Version($id: ID!) {
    task(id: $id) {
      id
      version
    }
  }
`);

const newIdPrefix = "new:";

/** Whether a task is still on its way to the server; until it has an id there, nothing else can be done with it. */
export function isOnItsWay(id: string): boolean {
  return id.startsWith(newIdPrefix);
}

/** The server keeps new tasks in the order in which they come, which is to be that of typing. */
const inTypingOrder = sent({ lane: "new tasks" });

/** Adds a task: in the cache at once, under an id of our own until the server answers. */
export async function createTask(client: Client, input: CreateTaskInput): Promise<Outcome> {
  // The cache reads clientId; the document doesn't declare it, so it isn't sent.
  const hint: CreateHint = { clientId: newIdPrefix + createKey() };
  const { data, error } = await client.mutation(createDocument, { input, ...hint }, inTypingOrder);
  return readOutcome(error, data?.createTask);
}

/** What can be changed of a task. */
export type TaskChanges = Omit<UpdateTaskInput, "id" | "expectedVersion">;

/**
 * Changes a task.
 * @param checked whether to refuse if the task is no longer the version that the cache has
 */
export function updateTask(
  client: Client,
  id: string,
  changes: TaskChanges,
  checked = false,
): Promise<Outcome> {
  return inTurn(client, id, async () => {
    const seen = checked ? client.readQuery(versionDocument, { id })?.data?.task?.version : undefined;
    const input = { id, ...changes, ...(seen !== undefined && { expectedVersion: seen }) };
    const { data, error } = await client.mutation(updateDocument, { input });
    return readOutcome(error, data?.updateTask);
  });
}

/** Deletes a task; `restoreTask` brings it back. */
export function deleteTask(client: Client, id: string): Promise<Outcome> {
  return inTurn(client, id, async () => {
    const { data, error } = await client.mutation(deleteDocument, { input: { id } });
    return readOutcome(error, data?.deleteTask);
  });
}

/**
 * Brings a deleted task back.
 * @param task as it was, for the cache to show until the server answers
 */
export function restoreTask(client: Client, task: TaskDetails_TaskFragment): Promise<Outcome> {
  return inTurn(client, task.id, async () => {
    const hint: RestoreHint = { task };
    const { data, error } = await client.mutation(restoreDocument, { input: { id: task.id }, ...hint });
    return readOutcome(error, data?.restoreTask);
  });
}
