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

/** What an argument is called where it stands: GraphQL puts its type and field before it, which a caller may not know. */
const argumentName = /^Argument "\w+\.\w+\((\w+):\)"/;
const nullArgument =
  /^(Argument "\w+") has invalid value: Expected variable "\$\w+" provided to (non-null type "[^"]+") not to be null\.$/;
const nullValue = /^Expected value of (non-null type "[^"]+") not to be null\.$/;
const noValue = /^Expected a value of non-null (type "[^"]+") to be provided\.$/;

/** @returns where in a variable's value GraphQL found a problem: `$input.tags[0]`; null where it is of something else */
function placeInVariable(error: unknown, origin: GraphQLError): string | null {
  if (!(error instanceof GraphQLError) || error === origin) return null;
  const [start, variable] = /^Variable "(\$\w+)" has invalid value/.exec(error.message) ?? [];
  if (start === undefined) return null;
  return variable + error.message.slice(start.length, -`: ${origin.message}`.length).replace(" at ", "");
}

/**
 * What the caller is told of a problem with the request that GraphQL found.
 * @param error as it arrived: around a problem with a variable's value GraphQL wraps the variable's name
 * @param origin what is wrapped
 */
export function describeProblem(error: unknown, origin: GraphQLError): string {
  const message = origin.message.replace(argumentName, 'Argument "$1"');
  const [, argument, argumentType] = nullArgument.exec(message) ?? [];
  if (argument !== undefined) return shorten(`${argument} of ${argumentType} must not be null.`);
  const place = placeInVariable(error, origin);
  if (place === null) return shorten(message);
  const isWhole = /^\$\w+$/.test(place);
  const [, nullType] = nullValue.exec(message) ?? [];
  if (isWhole && nullType !== undefined)
    return shorten(`Variable "${place}" of ${nullType} must not be null.`);
  const [, type] = noValue.exec(message) ?? [];
  if (isWhole && type !== undefined)
    return shorten(`Variable "${place}" of required ${type} was not provided.`);
  return shorten(`${place}: ${message}`);
}

/** The same for a problem with the document: 400, and 200 for old clients (GraphQL over HTTP). */
export const documentProblem = ({ message, nodes }: GraphQLError): GraphQLError =>
  new GraphQLError(shorten(message), {
    nodes: nodes ?? null,
    extensions: { code: "GRAPHQL_VALIDATION_FAILED", http: { status: 400, spec: true } },
  });
