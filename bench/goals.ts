import { type Figures, figuresOf } from "./figures.ts";
import type { Results } from "./results.ts";

/** What Ownlist's figures are to be. */
export type Goal = {
  title: string;
  bound: "at least" | "at most";
  asked: number;
  unit: keyof typeof digits;
  /** @returns a server's figure; NaN where it was not measured */
  of(figures: Figures, server: string): number;
  /** Whether it also has to be ahead of all GraphQL servers. */
  isRace?: true;
};

/** Behind the point, by what follows the number. */
const digits = { "": 2, " of 200": 0, " MiB": 0, " s": 2 };

/** Requests a second, of the limit's. */
const throughput = (title: string, workload: string, asked: number): Goal => ({
  title,
  bound: "at least",
  asked,
  unit: "",
  of: (figures, server) => figures.ratio(server, workload, "requestsPerSecond"),
});

/** Only ours is started. */
const startUp = (title: string, kind: "existingData" | "emptyFolder", asked: number): Goal => ({
  title,
  bound: "at most",
  asked,
  unit: " s",
  of: (figures, server) => (server === own ? figures.startUp(kind) / 1000 : Number.NaN),
});

const own = "ownlist";

export const goals: Goal[] = [
  { ...throughput("list of 20, another user each time", "list", 0.95), isRace: true },
  throughput("the same list again and again", "again", 1.6),
  throughput("one task by its id", "task", 0.95),
  throughput("first page of a million", "first", 0.9),
  throughput("page in the middle of a million", "middle", 0.9),
  {
    title: "time of the middle page, of the first page's (p50)",
    bound: "at most",
    asked: 1.3,
    unit: "",
    of: (figures, server) => figures.ratio(server, "middle", "p50", { server, workload: "first" }),
  },
  throughput("search for a word", "search", 0.8),
  throughput("create a task", "create", 1),
  throughput("update a task", "update", 1),
  throughput("list of 20 with 2 processes, of the limit's with 2", "list2", 0.9),
  {
    title: "logins with nothing else to do, of what the cores can hash",
    bound: "at least",
    asked: 0.9,
    unit: "",
    of: (figures, server) => figures.hashing(server),
  },
  {
    title: "logins refused as too many, of 200 at once",
    bound: "at most",
    asked: 63,
    unit: " of 200",
    of: (figures, server) => figures.refused(server),
  },
  {
    title: "p99 of the list while 200 log in, of what it is otherwise",
    bound: "at most",
    asked: 3,
    unit: "",
    of: (figures, server) => figures.ratio(server, "beside", "p99", { server, workload: "list" }),
  },
  {
    title: "memory under load, one process",
    bound: "at most",
    asked: 250,
    unit: " MiB",
    of: (figures, server) => figures.memory(server),
  },
  startUp("ready on existing data", "existingData", 1),
  startUp("ready on an empty folder", "emptyFolder", 2),
];

/** A goal and how far it was reached, in words. */
export type Judgement = { title: string; asked: string; reached: string; peers: string; isMet: boolean };

type Reached = { title: string; figure: number };

/** @returns the GraphQL servers that Ownlist is compared with */
const peersOf = ({ servers }: Results) =>
  servers.slice(1).filter(({ name }) => ![own, "before"].includes(name));

function bestOf(goal: Pick<Goal, "bound" | "of">, results: Results): Reached | undefined {
  const figures = figuresOf(results);
  const sign = goal.bound === "at least" ? -1 : 1;
  return peersOf(results)
    .map(({ name, title }) => ({ title, figure: goal.of(figures, name) }))
    .filter(({ figure }) => !Number.isNaN(figure))
    .toSorted((a, b) => sign * (a.figure - b.figure))[0];
}

function judge(goal: Goal, results: Results): Judgement {
  const figure = goal.of(figuresOf(results), own);
  const best = bestOf(goal, results);
  const write = (number: number) => `${number.toFixed(digits[goal.unit])}${goal.unit}`;
  const isReached = goal.bound === "at least" ? figure >= goal.asked : figure <= goal.asked;
  const isAhead = best === undefined || figure > best.figure;
  return {
    title: goal.title,
    asked: `${write(goal.asked)} ${goal.bound}${goal.isRace ? ", and ahead of the others" : ""}`,
    reached: write(figure),
    peers: best === undefined ? "–" : `${write(best.figure)} (${best.title})`,
    isMet: isReached && (isAhead || !goal.isRace),
  };
}

/** Whether Ownlist is ahead of all GraphQL servers under every workload. */
function judgeRaces(results: Results): Judgement[] {
  const races = results.workloads.flatMap(({ name, title }) => {
    const { of } = throughput(title, name, 0);
    const figure = of(figuresOf(results), own);
    const best = bestOf({ bound: "at least", of }, results);
    return best === undefined || Number.isNaN(figure) ? [] : [{ title, figure, best }];
  });
  if (races.length === 0) return [];
  const lost = races.filter(({ figure, best }) => figure <= best.figure);
  return [
    {
      title: "workloads with more requests/s than any other GraphQL server",
      asked: `all ${races.length}`,
      reached: String(races.length - lost.length),
      peers: lost.map(({ title, best }) => `${title}: ${best.title}`).join("; ") || "–",
      isMet: lost.length === 0,
    },
  ];
}

/** @returns how far what was measured reaches the goals, without those that need what was not */
export function judgeAll(results: Results): Judgement[] {
  const figures = figuresOf(results);
  const measured = goals.filter((goal) => !Number.isNaN(goal.of(figures, own)));
  return [...measured.map((goal) => judge(goal, results)), ...judgeRaces(results)];
}
