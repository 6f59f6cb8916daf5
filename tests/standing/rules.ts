import { Visitor } from "vite";
import { findEffects } from "./effects.ts";
import {
  bindingPlaces,
  clientLayers,
  clocklessLayers,
  clockPlaces,
  entries,
  environmentPlaces,
  foreignPackages,
  keyPlaces,
  type Layer,
  laterPlaces,
  packagePlaces,
  parsingPlaces,
  separateFolders,
  serverLayers,
  signalPlaces,
  unboundClientPlaces,
} from "./layers.ts";
import { findParsing } from "./parsing.ts";
import type { Import, Source } from "./sources.ts";

/** Looks at code and says, one line each, what is not as it has to be. */
export type Rule = (sources: Source[]) => string[];

const generated = /^(src|client\/src)\/generated\//;
const isOurs = (path: string) => /^(src|client)\//.test(path);
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
const featureOf = (path: string) => /^(client\/)?src\/(features\/)?[a-z-]+/.exec(path)?.[0];
const lineOf = (text: string, position: number) => text.slice(0, position).split("\n").length;

function layerOf(path: string): Layer | undefined {
  if (generated.test(path)) return { name: "generated", files: generated, imports: [] };
  return [...serverLayers, ...clientLayers].find(({ files }) => files.test(path));
}

function mayImport(path: string, from: string): boolean {
  const [own, other] = [layerOf(path), layerOf(from)];
  if (!own || !other) return false;
  // Of the server's, rules alone are for the web client too.
  if (path.split("/")[0] !== from.split("/")[0] && other.name !== "rules") return false;
  if (own.name !== other.name) return own.imports.includes(other.name);
  return !separateFolders.has(own.name) || featureOf(path) === featureOf(from);
}

/** Each file imports from its own layer and from those that its layer may. */
export const keepsToLayers: Rule = (sources) =>
  sources.flatMap(({ path, imports }) => {
    if (!layerOf(path)) return [`${path} belongs to no layer`];
    return imports
      .filter(({ from }) => isOurs(from) && !mayImport(path, from))
      .map(({ from }) => `${path} > ${from}`);
  });

/** What a layer may import and none of its files does. */
export function findUnusedArrows(sources: Source[], layers: Layer[]): string[] {
  const used = new Set(
    sources.flatMap(({ path, imports }) =>
      imports.map(({ from }) => `${layerOf(path)?.name} > ${isOurs(from) ? layerOf(from)?.name : ""}`),
    ),
  );
  return layers.flatMap(({ name, imports }) =>
    imports.map((other) => `${name} > ${other}`).filter((arrow) => !used.has(arrow)),
  );
}

/** No files import each other in a circle, types included. */
export const goesInNoCircle: Rule = (sources) => findCircles(sources);

/** No folders of the web client import each other in a circle: each room knows only those below it. */
export const keepsRoomsInOrder: Rule = (sources) => {
  const rooms = Map.groupBy(
    sources.filter(({ path }) => path.startsWith("client/")),
    ({ path }) => folderOf(path),
  );
  return findCircles(
    [...rooms].map(([path, files]) => ({
      path,
      imports: files
        .flatMap(({ imports }) => imports.map(({ from }) => ({ from: folderOf(from) })))
        .filter(({ from }) => from !== path),
    })),
  );
};

function findCircles(nodes: { path: string; imports: { from: string }[] }[]): string[] {
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  const done = new Set<string>();
  const circles: string[] = [];
  function follow(path: string, trail: string[]): void {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
    else if (!done.has(path)) {
      for (const { from } of byPath.get(path)?.imports ?? [])
        if (byPath.has(from)) follow(from, [...trail, path]);
    }
    done.add(path);
  }
  for (const path of byPath.keys()) follow(path, []);
  return circles;
}

const taken = (sources: Source[], isWrong: (taken: Import, path: string) => boolean) =>
  sources.flatMap(({ path, imports }) =>
    imports.filter((each) => isWrong(each, path)).map(({ from }) => `${path} > ${from}`),
  );

/** Packages are used in their places. */
export const keepsPackagesInPlace: Rule = (sources) =>
  packagePlaces.flatMap(([packages, places]) =>
    taken(sources, ({ from, isType }, path) => !isType && packages.test(from) && !places.test(path)),
  );

/** Layers take nothing of the packages that are foreign to them, not even types. */
export const takesNothingForeign: Rule = (sources) =>
  taken(sources, ({ from }, path) => foreignPackages[layerOf(path)?.name ?? ""]?.test(from) ?? false);

/** The client that reaches everybody's rows, and what binds it to anybody, are in the hands of few. */
export const keepsRowsApart: Rule = (sources) =>
  taken(
    sources,
    ({ from, names }, path) =>
      !unboundClientPlaces.test(path) &&
      (from === "src/db/prisma.ts" || names.some((name) => /^(PrismaClient|bindToViewer)$/.test(name))),
  );

/** Statements reach connections through the bound pool alone, which binds each of them. */
export const keepsToBoundPool: Rule = (sources) =>
  taken(
    sources,
    ({ from, names }, path) =>
      !bindingPlaces.test(path) &&
      (/^src\/db\/(lanes?|wire)\.ts$/.test(from) ||
        names.some((name) => /^(runBound|sendBound)$/.test(name))),
  );

function outside(places: RegExp, sources: Source[], has: (source: Source) => boolean): string[] {
  return sources.filter((source) => !places.test(source.path) && has(source)).map(({ path }) => path);
}

/** Whether code has `object.property`, as a value. */
function hasMember({ program }: Source, object: string, property: RegExp): boolean {
  let found = false;
  new Visitor({
    MemberExpression(node) {
      const key = node.property;
      const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "";
      if (node.object.type === "Identifier" && node.object.name === object && property.test(name))
        found = true;
    },
    VariableDeclarator({ id, init }) {
      if (id.type === "ObjectPattern" && init?.type === "Identifier" && init.name === object) found = true;
    },
  }).visit(program);
  return found;
}

/** The environment is read where the configuration is. */
export const readsNoEnvironment: Rule = (sources) =>
  outside(environmentPlaces, sources, (source) => hasMember(source, "process", /^env$/));

/** What answers may depend on tells the time by the clock that it is handed: an answer made by that is not kept. */
export const readsNoClock: Rule = (sources) =>
  sources
    .filter(({ path }) => clocklessLayers.has(layerOf(path)?.name ?? "") && !clockPlaces.test(path))
    .filter((source) => {
      const isClock = (object: string) => hasMember(source, object, /^now$/);
      return isClock("Date") || isClock("performance") || makesNewDate(source) || namesTemporal(source);
    })
    .map(({ path }) => path);

function makesNewDate({ program }: Source): boolean {
  let found = false;
  new Visitor({
    NewExpression({ callee, arguments: given }) {
      if (callee.type === "Identifier" && callee.name === "Date" && given.length === 0) found = true;
    },
    CallExpression({ callee }) {
      if (callee.type === "Identifier" && callee.name === "Date") found = true;
    },
  }).visit(program);
  return found;
}

const namesTemporal = (source: Source) => hasMember(source, "Temporal", /^Now$/);

/** Signals are listened for where the process is run. */
export const hearsNoSignals: Rule = (sources) =>
  outside(signalPlaces, sources, (source) =>
    hasMember(source, "process", /^(on|once|addListener|prependListener)$/),
  );

/**
 * Keys reach the client's code behind the guard that keeps an input method's: as handlers of React or by its onKey().
 * What listens by itself could come before it; a handler of a key's end or of its character is needed nowhere.
 */
export const heedsComposition: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith("client/") && !keyPlaces.test(path))
    .flatMap(({ path, text, program, imports }) => {
      const found: string[] = [];
      const add = (what: string, { start }: { start: number }) => {
        found.push(`${path}:${lineOf(text, start)} ${what}`);
      };
      if (imports.some(({ names }) => names.some((name) => /^(useHotkeys|useWindowEvent)$/.test(name))))
        found.push(`${path} listens for keys by a hook`);
      if (path === "client/src/main.tsx" && !guardsFirst(program))
        found.push(`${path} has no guard at first`);
      new Visitor({
        Literal: (node) => /^key(down|up|press)$/.test(String(node.value)) && add(String(node.value), node),
        MemberExpression: ({ property }) =>
          property.type === "Identifier" &&
          /^onkey(down|up|press)$/.test(property.name) &&
          add("onkey", property),
        JSXIdentifier: (node) => /^onKey(Up|Press|.*Capture)/.test(node.name) && add(node.name, node),
      }).visit(program);
      return found;
    });

/** Whether the first thing that a program does, besides importing, is to put up the guard. */
function guardsFirst({ body }: Source["program"]): boolean {
  const first = body.find(({ type }) => type === "ExpressionStatement");
  const call = first?.type === "ExpressionStatement" ? first.expression : null;
  return (
    call?.type === "CallExpression" &&
    call.callee.type === "Identifier" &&
    call.callee.name === "guardComposition"
  );
}

/** A part that is loaded later has something to stand in for it where it can't be had. */
export const standsInForParts: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith("client/") && !laterPlaces.test(path))
    .flatMap(({ path, text, program, imports }) => {
      const found = imports.some(({ from, names }) => from === "react" && names.includes("lazy"))
        ? [`${path} uses React's lazy()`]
        : [];
      const inPart = new Set<number>();
      new Visitor({
        CallExpression({ callee, start, end }) {
          if (callee.type !== "Identifier" || callee.name !== "lazyPart") return;
          for (let at = start; at < end; at++) inPart.add(at);
        },
        ImportExpression({ start }) {
          if (!inPart.has(start)) found.push(`${path}:${lineOf(text, start)} import()`);
        },
      }).visit(program);
      return found;
    });

/** A mutation that may be refused asks for the refusal by the one fragment for that, and for nothing else of it. */
export const asksForRefusals: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith("client/"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^ *mutation (\w+)[^`]*/gm)]
        .filter(
          ([document]) =>
            (document.includes("__typename") && !document.includes("...Refusal_Fields")) ||
            /\.\.\. on \w+Error/.test(document),
        )
        .map(([, name]) => `${path} ${name}`),
    );

/** Loading a module opens no socket, file or timer, unless it is there to be run. */
export const opensNothing: Rule = (sources) =>
  sources.filter(({ path }) => !entries.test(path)).flatMap(findEffects);

/** Texts of callers are parsed and normalised where their length is looked at first. */
export const parsesInPlace: Rule = (sources) =>
  sources.filter(({ path }) => path.startsWith("src/") && !parsingPlaces.test(path)).flatMap(findParsing);

/** Nothing is `any`, and nothing is insisted on with `!`. */
export const knowsItsTypes: Rule = (sources) =>
  sources.flatMap(({ path, text, program }) => {
    const found: string[] = [];
    const add = (what: string) => (node: { start: number }) => {
      found.push(`${path}:${lineOf(text, node.start)} ${what}`);
    };
    const definite = add("!:");
    new Visitor({
      TSAnyKeyword: add("any"),
      TSNonNullExpression: add("!"),
      VariableDeclarator: (node) => node.definite === true && definite(node),
      PropertyDefinition: (node) => node.definite === true && definite(node),
    }).visit(program);
    return found;
  });

/** A file of more than 400 lines; then those over 250 are named as well. */
export const isShort: Rule = (sources) => {
  if (sources.every(({ lines }) => lines <= 400)) return [];
  return sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path} has ${lines} lines`);
};
