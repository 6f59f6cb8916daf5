import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";
import { insertTasks } from "./rows.ts";

/** Searches in one request, and words in one search: as many as there may be. */
const searches = 15;
const words = 16;

const tasks = { small: 1000, full: 2500 };

/** At the end of a long text, where finding them takes longest. */
const description = `repeat('something else. ', 1000) || '${Array.from({ length: words }, (_, n) => `word${n}`).join(" ")}'`;

export const attack: Attack = {
  name: "search",
  what: "15 searches of 16 words in a request, over 2,500 long tasks, from three connections",
  async prepare({ signUp, sql, graphql }, size) {
    const { token, email } = await signUp();
    await sql(insertTasks(email, tasks[size], { description }));
    let count = 0;
    const search = () => {
      count++;
      const fields = Array.from({ length: searches }, (_, n) => {
        // Other words each time, of which the last is nowhere.
        const sought = Array.from({ length: words - 1 }, (_, word) => `word${(word + n) % words}`);
        return `s${n}: tasks(first: 1, filter: { search: "${sought.join(" ")} none${count}" }) { totalCount }`;
      });
      return `{ ${fields.join(" ")} }`;
    };
    return (signal) => flood(signal, 3, () => graphql(token, { query: search() }, signal));
  },
};
