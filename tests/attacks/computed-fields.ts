import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";
import { insertEvents, insertTasks } from "./rows.ts";

const eight = (field: string) => [..."abcdefgh"].map((alias) => `${alias}: ${field}`).join(" ");
const seven = (field: string) => [..."abcdefg"].map((alias) => `${alias}: ${field}`).join(" ");

const devices = `{ ${seven("securityEvents(first: 100) { ...C }")} }
  fragment C on SecurityEventConnection { edges { node { ...F } } }
  fragment F on SecurityEvent { ${eight("device")} }`;
const times = `{ ${seven("tasks(first: 100) { ...C }")} }
  fragment C on TaskConnection { edges { node { due { ...F } } } }
  fragment F on Due { ${eight("at")} }`;

export const attack: Attack = {
  name: "computed-fields",
  what: "Fields that have to be worked out, 56 times for each of 100 tasks and log entries, from two connections",
  async prepare({ signUp, sql, graphql }) {
    const { token, email } = await signUp();
    await sql(insertEvents(email, 100), insertTasks(email, 100, { isDue: true }));
    return async (signal) => {
      const queries = [devices, times].map((query) =>
        flood(signal, 1, () => graphql(token, { query }, signal)),
      );
      await Promise.all(queries);
    };
  },
};
