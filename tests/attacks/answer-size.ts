import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";
import { insertTasks } from "./rows.ts";

const list = (alias: string) => `${alias}: tasks(first: 100) { ...C }`;
const query = `
  { ${[..."abcdefg"].map(list).join(" ")} }
  fragment C on TaskConnection { edges { node { ...F } } }
  fragment F on Task { ${[..."abcdefgh"].map((alias) => `${alias}: description`).join(" ")} }`;

const tasks = { small: 30, full: 100 };

export const attack: Attack = {
  name: "answer-size",
  what: "One request after the other that asks 56 times for 100 descriptions of 80 KB",
  async prepare({ signUp, sql, graphql }, size) {
    const { token, email } = await signUp();
    await sql(insertTasks(email, tasks[size], { description: "repeat('😀', 20000)" }));
    return (signal) => flood(signal, 1, () => graphql(token, { query }, signal));
  },
};
