import { GraphQLError } from "graphql";

/** UTF-16 units of a message by GraphQL, which quotes what it was sent. */
const maxMessageLength = 300;

/**
 * @returns as much of a message as helps, without the value that some quote at the end: it may hold a password. Half of a
 * surrogate pair, which is no text for most parsers of JSON, is replaced wherever a name is quoted that has it.
 */
function shorten(message: string): string {
  const [words = ""] = message.split(/(?:,|(?<=[.?])) found: /i, 1);
  const ended = words === message || /[.?]$/.test(words) ? words : `${words}.`;
  const whole = ended.length > maxMessageLength ? `${ended.slice(0, maxMessageLength)} …` : ended;
  return whole.toWellFormed();
}

/**
 * What the caller is told of a problem with the request that GraphQL found.
 * @param error as it arrived: around a problem with a variable's value GraphQL wraps the variable's name
 * @param origin what is wrapped
 */
export function describeProblem(error: unknown, origin: GraphQLError): string {
  const outer = error instanceof GraphQLError ? error.message : "";
  const [, variable] = /^Variable "\$(\w+)" got invalid value /.exec(outer) ?? [];
  if (variable === undefined || error === origin) return shorten(origin.message);
  const [, place = variable] = / at "([\w.[\]]+)"$/.exec(outer.slice(0, -`; ${origin.message}`.length)) ?? [];
  return shorten(`$${place}: ${origin.message}`);
}

/** The same for a problem with the document. */
export const shortened = (problem: GraphQLError): GraphQLError =>
  new GraphQLError(shorten(problem.message), { nodes: problem.nodes ?? null });
