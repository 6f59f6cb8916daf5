import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";
import { insertTasks } from "./rows.ts";

const query = "query ($n: Int) { tasks(first: $n) { edges { node { id title description } } } }";

const senders = { small: 4, full: 16 };

export const attack: Attack = {
  name: "largest-answers",
  what: "16 at once ask for the largest answer there is, 100 descriptions of 80 KB",
  async prepare({ signUp, sql, graphql }, size) {
    const { token, email } = await signUp();
    await sql(insertTasks(email, 100, { description: "repeat('😀', 20000)" }));
    return (signal) =>
      flood(signal, senders[size], () => graphql(token, { query, variables: { n: 100 } }, signal));
  },
};
