import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { type ESTree, parseSync, Visitor } from "vite";

/** What one file takes from another, or from a package. */
export type Import = {
  /** "src/db/pool.ts" for a file of the repository; otherwise the name as it is written. */
  from: string;
  /** Whether only types are taken, which are gone when the code runs. */
  isType: boolean;
  /** The names that are taken; "*" for all of them. */
  names: string[];
  /** What each is called here. */
  locals: string[];
};

/** A file of code. */
export type Source = {
  /** From the repository's root. */
  path: string;
  text: string;
  lines: number;
  program: ESTree.Program;
  imports: Import[];
};

const root = dirname(dirname(import.meta.dirname));

/** Folders of what nobody wrote here: made by a generator, or installed. */
const foreign = new Set(["generated", "node_modules"]);

/** @returns the paths of the files below a folder that people write, from the repository's root */
export function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return foreign.has(entry.name) ? [] : listFiles(path);
    return [path];
  });
}

/** Reads and parses all code below a folder. */
export function readSources(folder: string): Source[] {
  return listFiles(folder)
    .filter((path) => [".ts", ".tsx"].includes(extname(path)))
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}

/** @throws Error when it is no TypeScript */
export function parseSource(path: string, text: string): Source {
  const { program, errors, module } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path} can't be parsed: ${errors[0].message}`);
  const target = (written: string) => (written.startsWith(".") ? join(dirname(path), written) : written);
  const imports: Import[] = module.staticImports.map(({ moduleRequest, entries }) => ({
    from: target(moduleRequest.value),
    isType: entries.length > 0 && entries.every((entry) => entry.isType),
    names: entries.map(
      ({ importName }) => importName.name ?? (importName.kind === "Default" ? "default" : "*"),
    ),
    locals: entries.map(({ localName }) => localName.value),
  }));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, importName, isType } of entries) {
      if (moduleRequest)
        imports.push({
          ...everythingOf(target(moduleRequest.value), isType),
          names: [importName.name ?? "*"],
        });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    imports.push(everythingOf(target(text.slice(moduleRequest.start + 1, moduleRequest.end - 1)), false));
  }
  new Visitor({
    TSImportType: ({ source }) => {
      imports.push(everythingOf(target(source.value), true));
    },
  }).visit(program);
  return { path, text, lines: text.split("\n").length - 1, program, imports };
}

const everythingOf = (from: string, isType: boolean): Import => ({ from, isType, names: ["*"], locals: [] });
