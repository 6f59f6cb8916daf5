import { setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "./attack.ts";
import { insertTasks } from "./rows.ts";

const ids = "{ tasks(first: 100) { edges { node { id } } } }";

/** Fifteen writes in a request, as many as there may be aliases. */
const perRequest = 15;
const names = Array.from({ length: perRequest }, (_, n) => n);
const update = `mutation (${names.map((n) => `$i${n}: UpdateTaskInput!`).join(" ")}) {
  ${names.map((n) => `u${n}: updateTask(input: $i${n}) { __typename }`).join(" ")}
}`;

const requests = 40;

/** Milliseconds from one burst to the next: 3,000 writes in twenty seconds, out of some 3,200 a minute. */
const pace = { small: 1000, full: 4000 };

export const attack: Attack = {
  name: "own-rows",
  what: "600 writes of one user to 100 rows at once, every four seconds",
  async prepare({ signUp, sql, graphql }, size) {
    const { token, email } = await signUp();
    await sql(insertTasks(email, 100));
    const { text } = await graphql(token, { query: ids });
    const edges: { node: { id: string } }[] = JSON.parse(text).data.tasks.edges;
    return async (signal) => {
      for (let burst = 0; !signal.aborted; burst++) {
        const write = (_: unknown, request: number) => {
          const inputs = names.map((n) => {
            const edge = edges[(request * perRequest + n) % edges.length];
            return [`i${n}`, { id: edge?.node.id, title: `${burst} ${request}` }];
          });
          return graphql(token, { query: update, variables: Object.fromEntries(inputs) }, signal).catch(
            () => {},
          );
        };
        const all = Promise.all(Array.from({ length: requests }, write));
        await Promise.all([all, sleep(pace[size], null, { signal }).catch(() => {})]);
      }
    };
  },
};
