import type { ESTree } from "vite";
import type { Source } from "./sources.ts";

/** Packages whose functions open sockets, files, timers, threads or processes. */
const openers =
  /^(node:(fs|fs\/promises|net|http|https|tls|dgram|child_process|worker_threads|timers|timers\/promises)|pg|vite)$/;

/** The same among what is there without an import. */
const globalOpeners =
  /^(set(Timeout|Interval|Immediate)|queueMicrotask|fetch|(add|remove)EventListener|WebSocket|EventSource|Worker|BroadcastChannel|.*Observer|process|window|document|navigator|(local|session)Storage|history|location)$/;

type Found = { what: string; line: number };
type Walk = { source: Source; locals: Map<string, ESTree.Node>; walked: Set<string>; found: Found[] };

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** Code that does not run when the module is loaded, or not in every process. */
function isLater(node: ESTree.Node): boolean {
  if (node.type === "PropertyDefinition") return !node.static;
  if (node.type === "IfStatement") return node.test.type === "MemberExpression" && isImportMeta(node.test);
  return (
    /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type) ||
    node.type.startsWith("TS")
  );
}

function isImportMeta({ object, property }: ESTree.MemberExpression): boolean {
  return object.type === "MetaProperty" && property.type === "Identifier" && property.name === "main";
}

/** @returns the name that a call starts with: `pg` for `new pg.Pool()`, `document` for `document.body.append()` */
function rootName(node: ESTree.Node): string | null {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootName(node.object);
  return null;
}

/** Functions that the module declares, by name: what they do when it is loaded counts where they are called. */
function localFunctions({ program }: Source): Map<string, ESTree.Node> {
  const functions = new Map<string, ESTree.Node>();
  for (const statement of program.body) {
    const declared = "declaration" in statement && statement.declaration ? statement.declaration : statement;
    if (declared.type === "FunctionDeclaration" && declared.id && declared.body)
      functions.set(declared.id.name, declared.body);
    if (declared.type !== "VariableDeclaration") continue;
    for (const { id, init } of declared.declarations) {
      if (id.type === "Identifier" && init?.type === "ArrowFunctionExpression")
        functions.set(id.name, init.body);
    }
  }
  return functions;
}

function isOpener(source: Source, name: string): boolean {
  const imported = source.imports.find(({ locals, isType }) => !isType && locals.includes(name));
  return imported ? openers.test(imported.from) : globalOpeners.test(name);
}

function walk(node: ESTree.Node, state: Walk): void {
  if (isLater(node)) return;
  if (node.type === "CallExpression" || node.type === "NewExpression") follow(node, state);
  if (node.type === "AwaitExpression" || node.type === "ImportExpression")
    report("await or import()", node, state);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, state);
  }
}

function follow(call: ESTree.CallExpression | ESTree.NewExpression, state: Walk): void {
  const name = rootName(call.callee);
  if (name === null) return;
  const body = state.locals.get(name);
  if (body && !state.walked.has(name)) {
    state.walked.add(name);
    walk(body, state);
  }
  if (!body && isOpener(state.source, name)) report(name, call, state);
}

function report(what: string, node: ESTree.Node, { source, found }: Walk): void {
  found.push({ what, line: source.text.slice(0, node.start).split("\n").length });
}

/** @returns where loading a module would open something, as "path:line what"; calls into other modules are theirs */
export function findEffects(source: Source): string[] {
  const state: Walk = { source, locals: localFunctions(source), walked: new Set(), found: [] };
  for (const statement of source.program.body) walk(statement, state);
  return state.found.map(({ what, line }) => `${source.path}:${line} ${what}`);
}
