import {
  type Answer,
  type Dialect,
  type HttpRequest,
  type Operation,
  pageSize,
  type Task,
} from "../operation.ts";

// The limit's paths and plain JSON.

const encodeId = (id: string) => Buffer.from(`Task:${id}`).toString("base64");
const decodeId = (id: string) => Buffer.from(id, "base64").toString("latin1").slice("Task:".length);

function query(
  path: string,
  parameters: Record<string, string | number | boolean | null | undefined>,
): string {
  const given = Object.entries(parameters).filter(([, value]) => value != null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `${path}?${search}`;
}

function write(operation: Operation): HttpRequest {
  switch (operation.kind) {
    case "list": {
      const { after, nonce, completed, search, dueFrom } = operation;
      const parameters = { first: pageSize, after, completed, search, dueFrom, nonce };
      return { method: "GET", path: query("/tasks", parameters) };
    }
    case "task":
      return { method: "GET", path: query(`/tasks/${encodeId(operation.id)}`, { nonce: operation.nonce }) };
    case "create":
      return { method: "POST", path: "/tasks", body: { title: operation.title } };
    case "update":
      return { method: "POST", path: `/tasks/${encodeId(operation.id)}`, body: { title: operation.title } };
    case "login":
      return {
        method: "POST",
        path: "/login",
        body: { email: operation.email, password: operation.password },
      };
  }
}

type List = { tasks: Task[]; hasNextPage: boolean; endCursor: string | null };

function read(operation: Operation, body: unknown): Answer {
  if (operation.kind === "login") return body as { accessToken: string };
  if (operation.kind !== "list") {
    const task = body as Task | Record<string, never>;
    return { task: "id" in task ? { ...(task as Task), id: decodeId(task.id) } : null };
  }
  const { tasks, hasNextPage, endCursor } = body as List;
  return { tasks: tasks.map((task) => ({ ...task, id: decodeId(task.id) })), hasNextPage, endCursor };
}

export const plain: Dialect = { write, read };
