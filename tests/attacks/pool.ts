import { setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "./attack.ts";

const create = `mutation { createTask(input: { title: "mine" }) { ... on CreateTaskPayload { task { id } } } }`;
const update = `mutation ($id: ID!, $title: String!) {
  updateTask(input: { id: $id, title: $title }) { __typename }
}`;

const writes = { small: 100, full: 300 };

/** Milliseconds from one burst to the next: 3,000 writes in twenty seconds, out of some 3,200 a minute. */
const pace = { small: 300, full: 2000 };

export const attack: Attack = {
  name: "pool",
  what: "300 writes of one user to one row at once, every two seconds",
  async prepare({ signUp, graphql }, size) {
    const { token } = await signUp();
    const { text } = await graphql(token, { query: create });
    const { id } = JSON.parse(text).data.createTask.task;
    return async (signal) => {
      for (let burst = 0; !signal.aborted; burst++) {
        const write = (_: unknown, n: number) =>
          graphql(token, { query: update, variables: { id, title: `${burst} ${n}` } }, signal).catch(
            () => {},
          );
        const all = Promise.all(Array.from({ length: writes[size] }, write));
        await Promise.all([all, sleep(pace[size], null, { signal }).catch(() => {})]);
      }
    };
  },
};
