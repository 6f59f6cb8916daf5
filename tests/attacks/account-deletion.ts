import type { Attack } from "./attack.ts";
import { untilAborted } from "./flood.ts";
import { insertTasks } from "./rows.ts";

const deletion = `mutation ($password: String!) {
  deleteAccount(input: { password: $password }) { __typename }
}`;

const users = { small: 2, full: 6 };
const tasks = { small: 20_000, full: 150_000 };

export const attack: Attack = {
  name: "account-deletion",
  what: "Six accounts with 150,000 tasks each are deleted at once",
  async prepare({ signUp, sql, graphql }, size) {
    const accounts = await Promise.all(Array.from({ length: users[size] }, signUp));
    await sql(...accounts.map(({ email }) => insertTasks(email, tasks[size])));
    return async (signal) => {
      const deletions = accounts.map(({ token, password }) =>
        graphql(token, { query: deletion, variables: { password } }, signal).catch(() => {}),
      );
      await Promise.all([...deletions, untilAborted(signal)]);
    };
  },
};
