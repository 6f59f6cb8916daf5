import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";
import { insertTasks } from "./rows.ts";

const query = `{ ${[..."abc"].map((a) => `${a}: tasks(first: 100) { edges { node { description } } }`).join(" ")} }`;

const senders = { small: 4, full: 16 };

export const attack: Attack = {
  name: "refused-answers",
  what: "16 at once ask for 300 descriptions of 80 KB, which is refused once they have been read",
  async prepare({ signUp, sql, graphql }, size) {
    const { token, email } = await signUp();
    await sql(insertTasks(email, 100, { description: "repeat('😀', 20000)" }));
    return (signal) => flood(signal, senders[size], () => graphql(token, { query }, signal));
  },
};
