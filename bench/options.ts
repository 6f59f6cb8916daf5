import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ownCheckout, ownlist, ownlistOf, type Server, servers } from "./servers.ts";
import { type Workload, workloads } from "./workloads.ts";

export type Options = {
  /** The checkout of Ownlist whose migrations the database gets: the older one where there are two. */
  migrated: string;
  servers: Server[];
  workloads: Workload[];
  /** Of each measurement, and of the load before it that is not measured. */
  seconds: number;
  warmUp: number;
  rounds: number;
  connections: number;
  startUp: boolean;
  json: string | null;
  markdown: string | null;
  page: string | null;
  /** What was measured before, to be reported again instead. */
  from: string | null;
  /** Where profiles of Ownlist go, which alone is then run. */
  profile: string | null;
};

const names = (all: { name: string }[]) => all.map(({ name }) => name).join(",");

export const usage = `npm run bench -- [options]

  --servers ${names(servers)}
                      which to measure; the first always is
  --also PATH         another, older checkout of Ownlist, installed and built, beside this one
  --workloads ${names(workloads)}
                      which to measure
  --seconds 3         of each measurement
  --warm-up 1.5       seconds of load before it
  --rounds 3          of everything; the table has their medians
  --connections 16    at once
  --no-start-up       leave out how long Ownlist takes to start
  --quick             --seconds 1 --warm-up 0.5 --rounds 1: whether everything works, not how fast
  --json FILE         write every measurement, after each round
  --markdown FILE     write the tables
  --page FILE         put the tables into a page, docs/performance.md, and draw the chart beside it
  --profile FOLDER    measure nothing: profile Ownlist under each workload, and say where its time went
  --from FILE         measure nothing: report what --json has written
`;

/** @throws Error that says what is wrong */
export function readOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      servers: { type: "string" },
      also: { type: "string" },
      workloads: { type: "string" },
      seconds: { type: "string" },
      "warm-up": { type: "string" },
      rounds: { type: "string" },
      connections: { type: "string", default: "16" },
      "start-up": { type: "boolean", default: true },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      markdown: { type: "string" },
      page: { type: "string" },
      from: { type: "string" },
      profile: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return null;
  const [seconds, warmUp, rounds] = values.quick ? [1, 0.5, 1] : [3, 1.5, 3];
  const also = values.also === undefined ? null : resolve(values.also);
  return {
    migrated: also ?? ownCheckout,
    servers: values.profile === undefined ? chooseServers(values.servers, also) : [ownlist],
    workloads: choose("workload", workloads, values.workloads),
    seconds: readNumber("seconds", values.seconds, seconds),
    warmUp: readNumber("warm-up", values["warm-up"], warmUp),
    rounds: readNumber("rounds", values.rounds, rounds),
    connections: readNumber("connections", values.connections, 16),
    startUp: values["start-up"],
    json: values.json ?? null,
    markdown: values.markdown ?? null,
    page: values.page ?? null,
    from: values.from ?? null,
    profile: values.profile ?? null,
  };
}

/** @param also another checkout */
function chooseServers(list: string | undefined, also: string | null): Server[] {
  const [reference] = servers;
  const chosen = choose("server", servers, list);
  const before = also === null ? [] : [ownlistOf(also, "before", "Ownlist before")];
  // What everything is compared with is there even if it was not asked for.
  return servers
    .filter((server) => server === reference || chosen.includes(server))
    .flatMap((server) => (server === ownlist ? [...before, server] : [server]));
}

function choose<T extends { name: string }>(what: string, all: T[], list: string | undefined): T[] {
  if (list === undefined) return all;
  return list.split(",").map((name) => {
    const found = all.find((each) => each.name === name);
    if (found === undefined) throw new Error(`There is no ${what} ${name}; there are ${names(all)}.`);
    return found;
  });
}

function readNumber(name: string, value: string | undefined, otherwise: number): number {
  const number = Number(value ?? otherwise);
  if (number > 0) return number;
  throw new Error(`--${name} takes a number above 0.`);
}
