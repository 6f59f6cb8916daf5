import type { Scope } from "../../generated/graphql.ts";

/** An operation that a token with these scopes may do. */
function operationFor(scopes: Scope[]): string {
  if (scopes.includes("TASKS_READ")) return "{ tasks(first: 5) { edges { node { title completed } } } }";
  if (scopes.includes("ACCOUNT_READ")) return "{ viewer { name email } }";
  return 'mutation { createTask(input: { title: "From curl" }) { __typename } }';
}

/**
 * A command for a shell that tries a token out.
 * @param origin where the server is: https://tasks.example.com
 */
export function curlExample(origin: string, secret: string, scopes: Scope[]): string {
  const body = JSON.stringify({ query: operationFor(scopes) });
  return [
    `curl ${origin}/graphql`,
    `-H 'Authorization: Bearer ${secret}'`,
    "-H 'Content-Type: application/json'",
    `-d '${body}'`,
  ].join(" \\\n  ");
}
