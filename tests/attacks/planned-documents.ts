import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";

/** How often each is sent: a document is looked at and planned when it comes first. */
const times = 5;

/** Everything that could be asked for, of objects that there are none of: what it costs is to look at it. */
const fragments = `
  fragment N on Node { __typename id ...T ...S ...P ...E ...U }
  fragment T on Task { title description completed completedAt priority version createdAt updatedAt
    due { at date time timeZone } }
  fragment S on Session { device createdAt lastSeenAt expiresAt isCurrent }
  fragment P on PersonalToken { hint scopes createdAt lastUsedAt expiresAt }
  fragment E on SecurityEvent { address at device kind }
  fragment U on User { email createdAt emailVerified }`;

/** A query of almost 600 fields in 1,000 characters, which no other has. */
function documentOf(number: number): string {
  const nodes = Array.from({ length: 15 }, (_, n) => `n${n}_${number}: nodes(ids: []) { ...N }`);
  return `query ($first: Int) { tasks(first: $first) { totalCount } ${nodes.join(" ")} } ${fragments}`;
}

export const attack: Attack = {
  name: "planned-documents",
  what: "Documents of almost 600 fields, each other than those before and sent five times, from two connections",
  async prepare({ signUp, graphql }) {
    const { token } = await signUp();
    let sent = 0;
    const send = (signal: AbortSignal) => {
      const [number, turn] = [Math.floor(sent / times), sent++ % times];
      // Another answer each time, for those that came before may be kept.
      return graphql(token, { query: documentOf(number), variables: { first: turn + 1 } }, signal);
    };
    const { text } = await send(new AbortController().signal);
    if (text.includes("VALIDATION_FAILED")) throw new Error(`not a document: ${text}`);
    return (signal) => flood(signal, 2, () => send(signal));
  },
};
