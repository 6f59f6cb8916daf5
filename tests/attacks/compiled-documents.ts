import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";

/** How often each is sent: a document that comes again may be made ready for the next time. */
const times = 6;

/** A query of almost 600 fields in 1,000 characters, which no other has. */
function documentOf(number: number): string {
  const lists = Array.from({ length: 15 }, (_, n) => `a${n}_${number}: tasks(first: 1) { ...C }`);
  return `{ ${lists.join(" ")} }
    fragment C on TaskConnection { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { ...F } } }
    fragment F on Task { ${"id title description completed completedAt priority version ".repeat(3)}
      createdAt updatedAt due { at date time timeZone } }`;
}

export const attack: Attack = {
  name: "compiled-documents",
  what: "Documents of almost 600 fields, each other than those before and sent six times",
  async prepare({ signUp, graphql }) {
    const { token } = await signUp();
    let sent = 0;
    return (signal) =>
      flood(signal, 2, () => graphql(token, { query: documentOf(Math.floor(sent++ / times)) }, signal));
  },
};
