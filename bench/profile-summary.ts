import { fileURLToPath } from "node:url";

/** What V8 writes as .cpuprofile; times are microseconds of the machine's clock that only goes forward. */
export type Profile = {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  startTime: number;
  endTime: number;
  /** Ids of nodes, and how long after the one before each was taken. */
  samples: number[];
  timeDeltas: number[];
};

type Node = Profile["nodes"][number];

/** @returns what lies between two times */
export function cutProfile(profile: Profile, from: number, to: number): Profile {
  let time = profile.startTime;
  const times = profile.timeDeltas.map((delta) => {
    time += delta;
    return time;
  });
  const isInside = (_: unknown, index: number) => (times[index] ?? 0) >= from && (times[index] ?? 0) <= to;
  const inside = times.filter(isInside);
  return {
    nodes: profile.nodes,
    startTime: from,
    endTime: to,
    samples: profile.samples.filter(isInside),
    timeDeltas: inside.map((each, index) => each - (inside[index - 1] ?? from)),
  };
}

/** @returns the package, or the folder of the code's own, that a function is in; null for Node.js's own and native code */
function placeOf({ callFrame: { url } }: Node, root: string): string | null {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  if (name !== undefined) return name;
  if (!path.startsWith(`${root}/`)) return null;
  return path
    .slice(root.length + 1)
    .split("/")
    .slice(0, -1)
    .slice(0, 3)
    .join("/");
}

/** What V8 names itself, below the root. */
const ownNames = new Map<string, string | null>([
  ["(idle)", null],
  ["(garbage collector)", "garbage collection"],
  ["(program)", "Node.js"],
  ["(root)", "Node.js"],
]);

/** Parts of the time that the process was busy, by name, the largest first. */
export type Shares = { name: string; part: number }[];

function sharesOf(names: (string | null)[]): Shares {
  const busy = names.filter((name) => name !== null);
  return [...Map.groupBy(busy, (name) => name)]
    .map(([name, samples]) => ({ name, part: samples.length / busy.length }))
    .toSorted((a, b) => b.part - a.part);
}

/**
 * Says where a process's time went. What Node.js and native code did is counted with whom they did it for.
 * @param root of the checkout that it ran from
 */
export function summarise({ nodes, samples }: Profile, root: string): { places: Shares; functions: Shares } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])));
  const places = new Map<number, string | null>();
  // A node stands behind the one that called it.
  for (const node of nodes) {
    const { functionName } = node.callFrame;
    const caller = places.get(parents.get(node.id) ?? -1) ?? "Node.js";
    const own = ownNames.get(functionName);
    places.set(node.id, own === undefined ? (placeOf(node, root) ?? caller) : own);
  }
  const nameOf = (id: number) => {
    const place = places.get(id) ?? null;
    const { functionName = "", lineNumber = 0, url = "" } = byId.get(id)?.callFrame ?? {};
    if (place === null || ownNames.has(functionName)) return place;
    const at = url === "" ? "" : ` ${url.split("/").at(-1)}:${lineNumber + 1}`;
    return `${functionName || "(nameless)"}${at}, ${place}`;
  };
  return {
    places: sharesOf(samples.map((id) => places.get(id) ?? null)),
    functions: sharesOf(samples.map(nameOf)),
  };
}
