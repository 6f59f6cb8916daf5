/** What a caller wants of a server, in no server's words. */
export type Operation = { token: string | null } & (
  | {
      kind: "list";
      completed?: boolean;
      search?: string;
      dueFrom?: string;
      after?: string | null;
      /** Makes a request unlike all others without meaning anything: what is answered from memory would be found. */
      nonce?: string;
    }
  | { kind: "task"; id: string; nonce?: string }
  | { kind: "create"; title: string }
  | { kind: "update"; id: string; title: string }
  | { kind: "login"; email: string; password: string }
);

/** Entries on each page. */
export const pageSize = 20;

/** The same as HTTP has it. */
export type HttpRequest = { method: "GET" | "POST"; path: string; body?: object };

/** A task as the servers are compared by it; `id` is the row's. */
export type Task = {
  id: string;
  title: string;
  completed: boolean;
  priority: string;
  due: { date: string; time: string | null; timeZone: string | null } | null;
  createdAt: string;
  updatedAt: string;
};

/** What a server answered; what an operation has no use for is left out. */
export type Answer = {
  tasks?: Task[];
  hasNextPage?: boolean;
  endCursor?: string | null;
  /** Null where there is none, or it is not the caller's. */
  task?: Task | null;
  accessToken?: string | null;
};

/** How one kind of server is spoken to. */
export type Dialect = {
  write(operation: Operation): HttpRequest;
  /** @param body of an answer with status 200, or 404 for what is not there */
  read(operation: Operation, body: unknown): Answer;
};
