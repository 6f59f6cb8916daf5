import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { forgeClaims } from "../auth/forged-claims.ts";
import { forgeForms } from "../auth/forged-forms.ts";
import { createToken, logIn, type Tokens } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { signUpVictim, uuidOf, type Victim } from "../isolation/pair.ts";

/** Ids and cursors that an input may name. */
export type Stock = { ids: readonly string[]; cursors: readonly string[] };

/** Everybody on the server that is tried, and what they hold. */
export type Cast = {
  server: TestServer;
  /** Lives in the same database, and does nothing. */
  victim: Victim;
  /** Ids of the victim's, and what else would name them: none of it may be in anybody's data. */
  victimsIds: readonly string[];
  /** Whose credentials the inputs carry. */
  person: Person;
  own: Stock;
  /** What is the victim's besides. */
  all: Stock;
  /** Authorization headers that hold: of a session, and of personal tokens with various scopes. */
  sessions: string[];
  personalTokens: readonly string[];
  /** Authorization headers that can't hold. */
  forgeries: readonly string[];
  /** Of sessions that nobody needs. */
  spare: readonly Tokens[];
  /** What may not be in the log. */
  secrets: Set<string>;
};

const scopeSets = [
  ["TASKS_READ"],
  ["TASKS_ADD"],
  ["TASKS_READ", "TASKS_WRITE"],
  ["ACCOUNT_READ"],
  ["TASKS_READ", "TASKS_ADD", "TASKS_WRITE", "ACCOUNT_READ"],
];

const cursorsDocument = `{ tasks(first: 5) { edges { cursor } } sessions(first: 2) { edges { cursor node { id } } }
  personalTokens(first: 2) { edges { cursor node { id } } } securityEvents(first: 2) { edges { cursor node { id } } } }`;

type Edges = { edges: { cursor: string; node?: { id: string } }[] };

async function stockOf(person: Person, taskIds: readonly string[]): Promise<Stock> {
  const lists: Edges[] = Object.values(await person.data(cursorsDocument));
  const edges = lists.flatMap((list) => list.edges);
  const ids = edges.flatMap(({ node }) => node?.id ?? []);
  return { ids: [person.id, ...taskIds, ...ids], cursors: edges.map(({ cursor }) => cursor) };
}

/** Signs everybody up: the same cast each time, but for ids and secrets. */
export async function assemble(server: TestServer): Promise<Cast> {
  const victim = await signUpVictim(server, "canary-of-the-victim");
  const victims = await stockOf(victim.person, [...victim.taskIds, victim.deletedTaskId]);
  const person = await signUp(server, "owner-canary");
  const taskIds: string[] = [];
  for (let n = 0; n < 12; n++) taskIds.push(await person.addTask({ title: `owner-canary ${n}` }));
  const spare: Tokens[] = [];
  for (let n = 0; n < 20; n++) spare.push(await logIn(server, person));
  // Made after the sessions whose ids they hold: those may be ended, the one in use may not.
  const own = await stockOf(person, taskIds);
  const tokens: string[] = [];
  for (const scopes of scopeSets) tokens.push((await createToken(person, scopes)).secret);
  const { accessToken } = await logIn(server, person);
  const gone = await signUp(server, "gone");
  await server.admin.query("DELETE FROM users WHERE id = $1", [uuidOf(gone.id)]);
  const all = { ids: [...own.ids, ...victims.ids], cursors: [...own.cursors, ...victims.cursors] };
  const forgeries = await forge(accessToken, victim.person.token, gone.token);
  return {
    server,
    victim,
    victimsIds: victims.ids.flatMap((id) => [id, uuidOf(id)]),
    person,
    own,
    all,
    sessions: [`Bearer ${accessToken}`],
    personalTokens: tokens.map((token) => `Bearer ${token}`),
    forgeries,
    spare,
    secrets: new Set([
      accessToken,
      person.token,
      victim.person.token,
      ...tokens,
      ...spare.flatMap((each) => [each.accessToken, each.refreshToken]),
    ]),
  };
}

/** Headers with tokens that are wrong; nobody listens at the address that some of them name. */
async function forge(token: string, otherToken: string, deletedToken: string): Promise<string[]> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  const material = { token, otherToken, deletedToken };
  return [...forgeForms(material, `http://127.0.0.1:${port}`), ...forgeClaims(material)].map(
    ([, authorization]) => authorization,
  );
}
