import { everyOwnTable } from "../../src/db/own-tables.ts";
import { schema } from "../../src/features/schema.ts";
import { newId } from "../../src/schema/ids.ts";
import { isNodeType } from "../../src/schema/node-types.ts";
import type { Answer } from "../helpers/graphql.ts";
import { orderFields } from "../tasks/seeded-list.ts";
import { listDocument } from "../tasks/task-api.ts";
import { digestOf, uuidOf } from "./pair.ts";
import { lists, type Use, uses } from "./places.ts";
import type { World } from "./world.ts";

/** How many answers were looked at, and what was wrong with them, in words. */
export type Findings = { answers: number; leaks: string[] };

export type Attack = { title: string; run(world: World): Promise<Findings> };

type Operation = { document: string; variables: object };

const nodeTypes = Object.values(schema.getTypeMap()).filter(isNodeType);

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** An id as it is, as one of another type, bare, and in ways that a careless reader might take for it. */
function formsOf(userId: string, id: string): string[] {
  const types = nodeTypes.map(({ name }) => base64(`${name}:${id}`));
  const written = [
    `task:${id}`,
    `Task:${id.toUpperCase()}`,
    ` Task:${id}`,
    `Task:${id}\n`,
    `Task:{${id}}`,
    id,
  ];
  const joined = [`Task:${userId}:${id}`, `Task:${userId},${id}`, `Task:["${userId}","${id}"]`];
  const odd = [`Task:${id}`, id, id.replaceAll("-", ""), `${id}' OR '1'='1`, `{"userId":"${userId}"}`];
  return [...types, ...[...written, ...joined].map(base64), ...odd, base64(`Task:${id}`).replace(/=+$/, "")];
}

/** The ids of the victim's rows, of every kind. */
async function foreignIds({ server, victim }: World): Promise<string[]> {
  const others = everyOwnTable.filter(({ name }) => name !== "users" && name !== "tasks");
  const first = others.map(({ name }) => `(SELECT id FROM ${name} WHERE user_id = $1 LIMIT 1)`);
  const { rows } = await server.admin.query(first.join(" UNION ALL "), [uuidOf(victim.person.id)]);
  const tasks = [...victim.taskIds.slice(0, 1), victim.deletedTaskId].map(uuidOf);
  return [...tasks, uuidOf(victim.person.id), ...rows.map(({ id }) => id as string)];
}

/** What differs between answers because of the time of day, or how many came before it on the connection. */
const passing = ["connection", "date", "keep-alive", "x-request-id"];

/** What a caller can tell two answers apart by. */
function tellingPartOf({ status, text, headers }: Answer): string {
  const telling = [...headers].filter(([name]) => !passing.includes(name)).sort();
  return JSON.stringify({ status, headers: telling, text });
}

/** Runs what touches nothing of anybody's, and adds it to the findings if it does. */
async function unchanged(world: World, run: () => Promise<Findings>): Promise<Findings> {
  const people = [world.victim.person, world.attacker];
  const digests = () => Promise.all(people.map((person) => digestOf(world.server, person)));
  const before = await digests();
  const findings = await run();
  const after = await digests();
  if (before[0] !== after[0]) findings.leaks.push("rows of the victim's changed");
  if (before[1] !== after[1]) findings.leaks.push("rows of the attacker's changed");
  return findings;
}

/** Sends pairs that differ in nothing but whether there is what they name. */
async function compare(
  { server, victim, ...world }: World,
  pairs: { foreign: Operation; random: Operation }[],
  token = world.attacker.token,
): Promise<Findings> {
  const leaks: string[] = [];
  const send = ({ document, variables }: Operation) => server.graphql.send(document, variables, token);
  // A personal token may be refused for what it may not do, as long as both are.
  const expected = token === world.attacker.token ? [200] : [200, 403];
  for (const { foreign, random } of pairs) {
    const [seen, unseen] = await Promise.all([send(foreign), send(random)]);
    const said = `${JSON.stringify(foreign)}: ${seen.text}`;
    if (tellingPartOf(seen) !== tellingPartOf(unseen)) leaks.push(`${said} and not ${unseen.text}`);
    if (seen.text.includes(victim.canary)) leaks.push(`the victim's canary in ${said}`);
    if (!expected.includes(seen.status)) leaks.push(`status ${seen.status} for ${said}`);
  }
  return { answers: 2 * pairs.length, leaks };
}

async function attackById(
  world: World,
  { document, variables }: Use,
  isFirst: boolean,
  token?: string,
): Promise<Findings> {
  const userId = uuidOf(world.victim.person.id);
  const pairs = (await foreignIds(world)).flatMap((id, n) => {
    const all = formsOf(userId, id);
    const random = formsOf(newId(), newId());
    // The odd forms once; of every other row those that name it.
    const forms = isFirst && n === 0 ? all : all.slice(0, nodeTypes.length);
    return forms.map((form, index) => ({
      foreign: { document, variables: variables(form, world.ownTask) },
      random: { document, variables: variables(random[index] ?? "", world.ownTask) },
    }));
  });
  return compare(world, pairs, token);
}

/** Somebody whom the server knows nobody by gets a 401 for any id, and nothing else. */
async function askUnknown(
  world: World,
  operations: Operation[],
  token: string | undefined,
): Promise<Findings> {
  const leaks: string[] = [];
  const challenge = `Bearer realm="ownlist"${token === undefined ? "" : ', error="invalid_token"'}`;
  const seen = new Set<string>();
  for (const { document, variables } of operations) {
    const answer = await world.server.graphql.send(document, variables, token);
    const said = `${JSON.stringify(variables)}: ${answer.status} ${answer.text}`;
    const data = Object.values(answer.data ?? {}).filter((value) => value !== null);
    const isRefused = answer.status === 401 && answer.headers.get("WWW-Authenticate") === challenge;
    if (!isRefused || data.length > 0 || answer.errors?.[0]?.extensions.code !== "UNAUTHENTICATED")
      leaks.push(`no refusal for ${said}`);
    seen.add(tellingPartOf(answer));
  }
  if (seen.size > 1) leaks.push(`different refusals: ${[...seen].join("\n")}`);
  return { answers: operations.length, leaks };
}

async function namedOperations(world: World, { document, variables }: Use): Promise<Operation[]> {
  const ids = [
    ...(await foreignIds(world)).flatMap((id) => formsOf(id, id).slice(0, 2)),
    base64(`Task:${newId()}`),
    "x",
  ];
  return ids.map((id) => ({ document, variables: variables(id, world.ownTask) }));
}

const strangers: [who: string, token: (world: World) => string | undefined][] = [
  ["somebody signed out", () => undefined],
  ["somebody whose account is gone", ({ gone }) => gone.token],
  ["somebody whose session has ended", ({ ended }) => ended.token],
];

const idAttacks: Attack[] = Object.entries(uses).flatMap(([place, ways]) =>
  ways.flatMap((use, n) => {
    const title = `${place}${ways.length > 1 ? `, way ${n + 1},` : ""}`;
    return [
      {
        title: `${title} as another user`,
        run: (world: World) => unchanged(world, () => attackById(world, use, n === 0)),
      },
      {
        title: `${title} as another user's personal token`,
        run: (world: World) => unchanged(world, () => attackById(world, use, false, world.attackersToken)),
      },
      ...strangers.map(([who, token]) => ({
        title: `${title} as ${who}`,
        run: (world: World) =>
          unchanged(world, async () => askUnknown(world, await namedOperations(world, use), token(world))),
      })),
    ];
  }),
);

type Paging = { after: string } | { before: string };

const pagings: [place: string, at: (cursor: string) => Paging & { first?: number; last?: number }][] = [
  ["Query.tasks(after)", (after) => ({ after, first: 100 })],
  ["Query.tasks(before)", (before) => ({ before, last: 100 })],
];

/** @returns a cursor of the same place that was never given out: with another id of the same millisecond */
function unknownCursor(cursor: string): string {
  const [order, key, id] = JSON.parse(Buffer.from(cursor, "base64url").toString());
  const other = id.slice(0, 14) + newId().slice(14);
  return Buffer.from(JSON.stringify([order, key, other])).toString("base64url");
}

/** The cursor with a character changed here and there, as somebody might who tries to find others. */
function spoiled(cursor: string): string[] {
  return [3, cursor.length - 8, cursor.length - 2].map(
    (at) => cursor.slice(0, at) + (cursor[at] === "A" ? "B" : "A") + cursor.slice(at + 1),
  );
}

const orders = orderFields.flatMap((field) => ["ASC", "DESC"].map((direction) => ({ field, direction })));

const cursorAttacks: Attack[] = pagings.flatMap(([place, at]) => [
  ...orders.map((orderBy) => ({
    title: `${place} by ${orderBy.field} ${orderBy.direction} as another user`,
    run: (world: World) =>
      unchanged(world, async () => {
        const list = (page: object) => ({ document: listDocument, variables: { orderBy, ...page } });
        const { edges } = await world.victim.api.list({ orderBy, first: 100 });
        const cursors = edges.filter((_edge, n) => n % 4 === 1).map(({ cursor }) => cursor);
        const found = await compare(
          world,
          cursors.map((cursor) => ({ foreign: list(at(cursor)), random: list(at(unknownCursor(cursor))) })),
        );
        const broken = await readSpoiled(
          world,
          cursors.flatMap(spoiled).map((cursor) => list(at(cursor))),
        );
        return { answers: found.answers + broken.answers, leaks: [...found.leaks, ...broken.leaks] };
      }),
  })),
  ...strangers.map(([who, token]) => ({
    title: `${place} as ${who}`,
    run: (world: World) =>
      unchanged(world, async () => {
        const { edges } = await world.victim.api.list({ first: 3 });
        const operations = edges.map(({ cursor }) => ({ document: listDocument, variables: at(cursor) }));
        return askUnknown(world, operations, token(world));
      }),
  })),
]);

/** The lists that go by id alone, each with how to page through it. */
const accountLists = lists
  .filter((list) => list !== "tasks")
  .map((field) => {
    const page = `{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }`;
    const args = "$first: Int, $after: String, $last: Int, $before: String";
    const given = "first: $first, after: $after, last: $last, before: $before";
    return { field, document: `query (${args}) { ${field}(${given}) ${page} }` };
  });

const accountCursorAttacks: Attack[] = accountLists.flatMap(({ field, document }) =>
  [(after: string) => ({ after, first: 100 }), (before: string) => ({ before, last: 100 })].flatMap(
    (at, n) => {
      const place = `Query.${field}(${n === 0 ? "after" : "before"})`;
      type Listed = { cursor: string; node: { id: string } };
      const edgesOf = async ({ victim }: World): Promise<Listed[]> =>
        (await victim.person.data(document))[field].edges;
      const operationAt = (cursor: string) => ({ document, variables: at(cursor) });
      return [
        {
          title: `${place} as another user`,
          run: (world: World) =>
            unchanged(world, async () => {
              const edges = await edgesOf(world);
              const cursors = edges.map(({ cursor }) => cursor);
              const { answers, leaks } = await compare(
                world,
                cursors.map((cursor) => ({
                  foreign: operationAt(cursor),
                  random: operationAt(unknownCursor(cursor)),
                })),
              );
              for (const cursor of cursors) {
                const { text } = await world.attacker.send(document, at(cursor));
                if (edges.some(({ node }) => text.includes(node.id))) leaks.push(`the victim's in ${text}`);
              }
              return { answers: answers + cursors.length, leaks };
            }),
        },
        ...strangers.map(([who, token]) => ({
          title: `${place} as ${who}`,
          run: async (world: World) => {
            const operations = (await edgesOf(world)).map(({ cursor }) => operationAt(cursor));
            return askUnknown(world, operations, token(world));
          },
        })),
      ];
    },
  ),
);

/** A cursor that was tampered with is refused, or stands for another place in the attacker's own list. */
async function readSpoiled({ attacker, victim }: World, operations: Operation[]): Promise<Findings> {
  const leaks: string[] = [];
  for (const { document, variables } of operations) {
    const { status, text, errors, data } = await attacker.send(document, variables);
    const isRefused = errors?.[0]?.extensions.code === "BAD_USER_INPUT" && !data?.tasks;
    const isAnswered = status === 200 && !errors;
    if (text.includes(victim.canary) || (!isRefused && !isAnswered))
      leaks.push(`${JSON.stringify(variables)}: ${status} ${text}`);
  }
  return { answers: operations.length, leaks };
}

/** What takes no id at all and shows or changes all that one has. */
const wholes: Attack[] = [
  {
    title: "everything that can be listed, as another user",
    run: (world) =>
      unchanged(world, async () => {
        const leaks: string[] = [];
        const views = [{}, { search: "canary" }, { search: world.victim.canary }, { completed: true }];
        for (const filter of views) {
          const { text, data } = await world.attacker.send(
            `query ($filter: TaskFilter) { viewer { id email name }
              tasks(first: 100, filter: $filter) { totalCount edges { cursor node { id title description } } } }`,
            { filter },
          );
          const { totalCount, edges } = data.tasks;
          if (text.includes(world.victim.canary) || totalCount !== edges.length) leaks.push(text);
        }
        return { answers: views.length, leaks };
      }),
  },
];

/** All that is tried: each runs against any server, and finds nothing where users are kept apart. */
export const attacks: Attack[] = [...idAttacks, ...cursorAttacks, ...accountCursorAttacks, ...wholes];
