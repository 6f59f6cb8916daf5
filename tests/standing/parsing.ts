import { type ESTree, Visitor } from "vite";
import type { Source } from "./sources.ts";

/** What puts a text into another form or takes it apart; for some of it that takes the square of the text's length. */
const parsers =
  /^((.+\.)?(normalize|localeCompare|domainToASCII|domainToUnicode)|URL(\.(parse|canParse))?|JSON\.parse|Bowser\.parse|Temporal\.(\w+\.)?(from|zonedDateTimeISO)|Intl\.\w+)$/;

/** @returns "Temporal.Now.zonedDateTimeISO" for such a member; what is called before stands as "…" */
function nameOf(node: ESTree.Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.property.type !== "Identifier") return "…";
  return `${nameOf(node.object)}.${node.property.name}`;
}

const isText = (node: ESTree.Node | undefined) => node?.type === "Literal" && typeof node.value === "string";

/** Bytes that are decoded; those of UTF-8 are copied. */
const isDecoding = (name: string, [, encoding]: readonly ESTree.Node[]) =>
  name === "Buffer.from" && isText(encoding) && !/utf-?8/.test(JSON.stringify(encoding));

/** @returns the places of code that parses or normalises what is not written there itself, one line each */
export function findParsing({ path, text, program }: Source): string[] {
  const found: string[] = [];
  const look = ({ callee, arguments: given, start }: ESTree.CallExpression | ESTree.NewExpression) => {
    const name = nameOf(callee);
    const isWrittenHere = isText(given[0]) && !name.endsWith(".normalize");
    if ((!parsers.test(name) && !isDecoding(name, given)) || isWrittenHere) return;
    found.push(`${path}:${text.slice(0, start).split("\n").length} ${name}`);
  };
  new Visitor({ CallExpression: look, NewExpression: look }).visit(program);
  return found;
}
