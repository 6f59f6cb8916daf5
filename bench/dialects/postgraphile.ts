import { type Answer, type Dialect, type Operation, pageSize, type Task } from "../operation.ts";

// The schema that PostGraphile makes of the tables and of servers/postgraphile.sql.

const fields = "rowId title completedAt priority dueLocal dueTimeZone createdAt updatedAt";
const page = `nodes { ${fields} } pageInfo { hasNextPage endCursor }`;

const documents = {
  list: `query List($first: Int, $after: Cursor, $condition: TaskCondition) {
    list: allTasks(first: $first, after: $after, condition: $condition, orderBy: [ROW_ID_DESC]) { ${page} }
  }`,
  search: `query Search($first: Int, $word: String) { list: searchTasks(first: $first, word: $word) { ${page} } }`,
  task: `query Task($rowId: UUID!) { task: taskByRowId(rowId: $rowId) { ${fields} deletedAt } }`,
  create: `mutation Create($input: AddTaskInput!) { change: addTask(input: $input) { task: result { ${fields} } } }`,
  update: `mutation Update($input: ChangeTaskInput!) { change: changeTask(input: $input) { task: result { ${fields} } } }`,
  login: "mutation Login($input: LoginInput!) { login(input: $input) { accessToken } }",
};

function variablesOf(operation: Operation): object {
  switch (operation.kind) {
    case "list": {
      const { after, nonce, completed, search, dueFrom } = operation;
      if (search !== undefined) return { first: pageSize, word: search, nonce };
      const condition = {
        deletedAt: null,
        // Conditions are equalities: of a column's being null, and of the one day that is asked for.
        ...(completed === false ? { completedAt: null } : {}),
        ...(dueFrom === undefined ? {} : { dueLocal: `${dueFrom}T00:00:00` }),
      };
      return { first: pageSize, after, condition, nonce };
    }
    case "task":
      return { rowId: operation.id, nonce: operation.nonce };
    case "create":
      return { input: { title: operation.title } };
    case "update":
      return { input: { taskId: operation.id, newTitle: operation.title } };
    case "login":
      return { input: { email: operation.email, password: operation.password } };
  }
}

type Row = {
  rowId: string;
  title: string;
  completedAt: string | null;
  priority: number;
  dueLocal: string | null;
  dueTimeZone: string | null;
  createdAt: string;
  updatedAt: string;
  deletedAt?: string | null;
};

type Body = {
  data: {
    list?: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    task?: Row | null;
    change?: { task: Row | null } | null;
    login?: { accessToken: string } | null;
  };
};

const priorities = ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"];

function toTask(row: Row): Task {
  const { dueLocal, dueTimeZone } = row;
  return {
    id: row.rowId,
    title: row.title,
    completed: row.completedAt !== null,
    priority: priorities[row.priority] ?? "",
    due: dueLocal && {
      date: dueLocal.slice(0, 10),
      time: dueTimeZone === null ? null : dueLocal.slice(11, 16),
      timeZone: dueTimeZone,
    },
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
  } as Task;
}

function read(operation: Operation, body: unknown): Answer {
  const { list, task, change, login } = (body as Body).data;
  if (operation.kind === "login") return { accessToken: login?.accessToken ?? null };
  if (list) {
    const { hasNextPage, endCursor } = list.pageInfo;
    return { tasks: list.nodes.map(toTask), hasNextPage, endCursor };
  }
  const row = task ?? change?.task;
  return { task: row && row.deletedAt == null ? toTask(row) : null };
}

export const postgraphile: Dialect = {
  write(operation) {
    const isSearch = operation.kind === "list" && operation.search !== undefined;
    const query = documents[isSearch ? "search" : operation.kind];
    return { method: "POST", path: "/graphql", body: { query, variables: variablesOf(operation) } };
  },
  read,
};
