import type { Scope } from "../../../generated/graphql.ts";

/** An operation that a token with these scopes may do. */
function operationFor(scopes: Scope[]): string {
  if (scopes.includes("TASKS_READ")) return "{ tasks(first: 5) { edges { node { title completed } } } }";
  if (scopes.includes("ACCOUNT_READ")) return "{ viewer { name email } }";
  return 'mutation { createTask(input: { title: "From curl" }) { __typename } }';
}

/**
 * A command for a shell that tries a token out.
 * @param server where it is: https://tasks.example.com, or https://example.com/tasks
 */
export function curlExample(server: string, secret: string, scopes: Scope[]): string {
  const body = JSON.stringify({ query: operationFor(scopes) });
  return [
    `curl ${server}/graphql`,
    `-H 'Authorization: Bearer ${secret}'`,
    "-H 'Content-Type: application/json'",
    `-d '${body}'`,
  ].join(" \\\n  ");
}
