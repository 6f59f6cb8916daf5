/** A curl command of the kind that our documentation shows. */
export type CurlRequest = { url: string; headers: Record<string, string>; body: string };

/**
 * Splits a command into words as a POSIX shell does: quotes, backslashes, and variables outside of single quotes.
 *
 * @throws Error for a variable that has no value
 */
export function splitWords(command: string, variables: Record<string, string>): string[] {
  const requireValue = (name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`nothing before the example gives $${name} a value`);
    return value;
  };
  const expand = (text: string) => text.replace(/\$(\w+)/g, (_, name: string) => requireValue(name));
  const parts = /\\\n|(\s+)|'([^']*)'|"([^"]*)"|([^\s'"\\]+)/g;
  const words: string[] = [];
  let word: string | null = null;
  for (const [, space, literal, quoted, bare] of command.trim().matchAll(parts)) {
    if (space === undefined && (literal ?? quoted ?? bare) !== undefined) {
      word = (word ?? "") + (literal ?? expand(quoted ?? bare ?? ""));
    } else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
}

/** @throws Error for options that our examples don't need */
export function readCurl(command: string, variables: Record<string, string>): CurlRequest {
  const [program, url = "", ...options] = splitWords(command, variables);
  const request: CurlRequest = { url, headers: {}, body: "" };
  if (program !== "curl" || !url.startsWith("http")) throw new Error(`no curl command: ${command}`);
  for (let index = 0; index < options.length; index += 2) {
    const [option, value = ""] = options.slice(index, index + 2);
    const [, name = "", content = ""] = /^([\w-]+): (.*)$/.exec(value) ?? [];
    if (option === "-H") request.headers[name] = content;
    else if (option === "-d") request.body = value;
    else throw new Error(`an option that is not known here: ${option}`);
  }
  return request;
}
