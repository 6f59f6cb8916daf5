import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";

/** How often each request is sent: from the second time on its answer may be kept. */
const times = 3;

/** A document that nobody has sent before, as long as one that is kept may be. */
function documentOf(number: number): string {
  return `{ tasks(first: 100) { a${number}: totalCount edges { node { id title } } } } #${"x".repeat(15_000)}`;
}

export const attack: Attack = {
  name: "caches",
  what: "New documents of 15,000 characters under Accept headers that are all different, each three times, from four connections",
  async prepare({ url, signUp, sql }, size) {
    const { token, email } = await signUp();
    const rows = size === "small" ? 20 : 100;
    await sql(
      `INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
       SELECT id, gen_random_uuid(), repeat('x', 500), 'x', 'x', now(), now()
       FROM users, generate_series(1, ${rows}) WHERE email = '${email}'`,
    );
    let sent = 0;
    const send = (signal: AbortSignal) => {
      const number = Math.floor(sent++ / times);
      const headers = {
        "Content-Type": "application/json",
        Authorization: `Bearer ${token}`,
        Accept: `application/json;q=0.9, text/x-${number}`,
      };
      const body = JSON.stringify({ query: documentOf(number) });
      return fetch(`${url}/graphql`, { method: "POST", headers, body, signal }).then((answer) =>
        answer.text(),
      );
    };
    const first = await send(new AbortController().signal);
    if (!first.includes('"data"')) throw new Error(`not answered: ${first}`);
    return (signal) => flood(signal, 4, () => send(signal));
  },
};
