import type { Target } from "./ask.ts";
import { noncePlace } from "./load/drive.ts";
import { middlePage } from "./middle.ts";
import type { Operation } from "./operation.ts";
import type { People, Person } from "./people.ts";
import { password, searchedWord } from "./seed.ts";

export type Workload = {
  name: string;
  title: string;
  /** What every good answer contains, whoever gives it. */
  expected: string;
  /** Processes that the server runs. */
  processes: number;
  /** Whether 200 logins at once go on meanwhile; then it lasts as long as they do. */
  besideLogins?: boolean;
  /** What is asked for, one after the other and then from the start. */
  operations(people: People, target: Target): Operation[] | Promise<Operation[]>;
};

/** The newest of a person's open tasks. */
export const list = ({ token }: Person): Operation & { kind: "list" } => ({
  kind: "list",
  token,
  completed: false,
  nonce: noncePlace,
});
const someTask = ({ taskIds }: Person, index: number) => taskIds[index % taskIds.length] ?? "";

export const logins = ({ many }: People): Operation[] =>
  many.map(({ email }) => ({ kind: "login", token: null, email, password }));

const oneProcess: Omit<Workload, "processes">[] = [
  {
    name: "list",
    title: "list of 20, another user each time",
    expected: '"title"',
    operations: ({ many }) => many.map(list),
  },
  {
    name: "again",
    title: "the same list again and again",
    expected: '"title"',
    operations: ({ many: [person] }) =>
      person ? [{ kind: "list", token: person.token, completed: false }] : [],
  },
  {
    name: "task",
    title: "one task by its id",
    expected: '"title"',
    operations: ({ many }) =>
      many.map((person, index) => ({
        kind: "task",
        token: person.token,
        id: someTask(person, index),
        nonce: noncePlace,
      })),
  },
  {
    name: "search",
    title: "search for a word",
    expected: '"title"',
    operations: ({ many }) =>
      many.map(({ token }) => ({ kind: "list", token, search: searchedWord, nonce: noncePlace })),
  },
  {
    name: "first",
    title: "first page of a million",
    expected: '"title"',
    operations: ({ hoarder }) => [list(hoarder)],
  },
  {
    name: "middle",
    title: "page in the middle of a million",
    expected: '"title"',
    operations: async ({ hoarder }, target) => [
      { ...(await middlePage(target, hoarder)), nonce: noncePlace },
    ],
  },
  {
    name: "create",
    title: "create a task",
    expected: '"Task ',
    operations: ({ many }) =>
      many.map(({ token }) => ({ kind: "create", token, title: `Task ${noncePlace}` })),
  },
  {
    name: "update",
    title: "update a task",
    expected: '"Task ',
    operations: ({ many }) =>
      many.map((person, index) => ({
        kind: "update",
        token: person.token,
        id: someTask(person, index),
        title: `Task ${noncePlace}`,
      })),
  },
  { name: "login", title: "login", expected: '"accessToken":"', operations: logins },
  {
    name: "beside",
    title: "list of 20 while 200 log in",
    expected: '"title"',
    besideLogins: true,
    operations: ({ many }) => many.map(list),
  },
];

export const workloads: Workload[] = [
  ...oneProcess.map((workload) => ({ ...workload, processes: 1 })),
  {
    name: "list2",
    title: "list of 20, another user each time, 2 processes",
    expected: '"title"',
    processes: 2,
    operations: ({ many }) => many.map(list),
  },
];
