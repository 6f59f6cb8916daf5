import type { CombinedError } from "urql";

const byCode: Record<string, string> = {
  SERVICE_UNAVAILABLE: "The server is busy or its database is away. Try again in a moment.",
  UNAUTHENTICATED: "Your session has ended.",
};

/** Says in words why a request failed, for the person who made it. */
export function describeError(error: CombinedError): string {
  const [first] = error.graphQLErrors;
  const code = String(first?.extensions.code ?? "");
  if (code === "RATE_LIMITED") return describeLimit(error);
  if (byCode[code]) return byCode[code];
  if (error.networkError) return "The server can’t be reached.";
  return first?.message ?? "Something went wrong.";
}

function describeLimit({ response }: CombinedError): string {
  const seconds = Number((response as Response | undefined)?.headers.get("Retry-After"));
  if (!seconds) return "Too many attempts. Try again in a while.";
  if (seconds < 90) return `Too many attempts. Try again in ${seconds} seconds.`;
  return `Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`;
}

/** Whether the same request may well succeed later: the server was away, and said nothing about the request itself. */
export function isPassing(error: CombinedError): boolean {
  return (
    Boolean(error.networkError) ||
    error.graphQLErrors.some(({ extensions }) => extensions.code === "SERVICE_UNAVAILABLE")
  );
}
