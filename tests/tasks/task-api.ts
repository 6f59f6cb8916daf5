import type { Priority } from "../../src/rules/priority.ts";
import type { Person } from "../helpers/people.ts";
import { allFieldsOf } from "../helpers/selection.ts";

export type Due = { date: string; time: string | null; timeZone: string | null; at: string | null };

export type Task = {
  id: string;
  title: string;
  description: string | null;
  completed: boolean;
  completedAt: string | null;
  due: Due | null;
  priority: Priority;
  version: number;
  createdAt: string;
  updatedAt: string;
};

/** What a mutation answers: the payload's fields or the error's, under the name of its type. */
export type Result = {
  __typename: string;
  task?: Task;
  deletedTaskId?: string;
  message?: string;
  fieldErrors?: { path: string[]; message: string }[];
  currentVersion?: number | null;
};

export type PageInfo = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};

export type Page = { edges: { cursor: string; node: Task }[]; pageInfo: PageInfo; totalCount: number };

export const taskFields = allFieldsOf("Task");

const invalid = "... on ValidationError { message fieldErrors { path message } }";
const missing = "... on NotFoundError { message }";
const conflict = "... on ConflictError { message currentVersion }";

export const createDocument = `mutation ($input: CreateTaskInput!) { createTask(input: $input) {
  __typename ... on CreateTaskPayload { task { ${taskFields} } } ${invalid} ${missing} } }`;

export const updateDocument = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
  __typename ... on UpdateTaskPayload { task { ${taskFields} } } ${invalid} ${missing} ${conflict} } }`;

export const deleteDocument = `mutation ($input: DeleteTaskInput!) { deleteTask(input: $input) {
  __typename ... on DeleteTaskPayload { deletedTaskId } ${missing} } }`;

export const restoreDocument = `mutation ($input: RestoreTaskInput!) { restoreTask(input: $input) {
  __typename ... on RestoreTaskPayload { task { ${taskFields} } } ${missing} } }`;

const listArguments = `$first: Int, $after: String, $last: Int, $before: String, $filter: TaskFilter, $orderBy: TaskOrder`;
const listValues = `first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy`;
const pageInfoFields = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

export const listDocument = `query (${listArguments}) { tasks(${listValues}) {
  edges { cursor node { ${taskFields} } } ${pageInfoFields} totalCount } }`;

/** Titles and cursors alone: what walks through a list need. */
export const walkDocument = `query (${listArguments}) { tasks(${listValues}) {
  edges { cursor node { id title } } ${pageInfoFields} } }`;

/** The task operations in the name of one person, each answered with what stands below its field. */
export function createTaskApi(person: Person) {
  const run = async (document: string, field: string, input: object): Promise<Result> =>
    (await person.data(document, { input }))[field];

  const create = (input: object) => run(createDocument, "createTask", input);
  const update = (input: object) => run(updateDocument, "updateTask", input);
  const restore = (id: string) => run(restoreDocument, "restoreTask", { id });

  function taskOf(result: Result): Task {
    if (!result.task) throw new Error(`there is no task in ${JSON.stringify(result)}`);
    return result.task;
  }

  return {
    create,
    update,
    restore,
    remove: (id: string) => run(deleteDocument, "deleteTask", { id }),
    /** Creates a task that nothing is wrong with. */
    add: async (input: object) => taskOf(await create(input)),
    /** Makes a change that nothing is wrong with. */
    change: async (input: object) => taskOf(await update(input)),
    async get(id: string): Promise<Task | null> {
      return (await person.data(`query ($id: ID!) { task(id: $id) { ${taskFields} } }`, { id })).task;
    },
    async list(variables: object = {}): Promise<Page> {
      return (await person.data(listDocument, variables)).tasks;
    },
    /** @returns the titles of a list's first page, in its order */
    async titles(variables: object = {}): Promise<string[]> {
      const { tasks } = await person.data(walkDocument, { first: 100, ...variables });
      return tasks.edges.map((edge: { node: Task }) => edge.node.title);
    },
  };
}

export type TaskApi = ReturnType<typeof createTaskApi>;

/** @returns the paths of what was found wrong, each like due.timeZone */
export const wrongFields = (result: Result) => (result.fieldErrors ?? []).map(({ path }) => path.join("."));
