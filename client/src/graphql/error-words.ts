import { CombinedError } from "urql";

const byCode: Record<string, string> = {
  SERVICE_UNAVAILABLE: "The server is busy or its database is away. Try again in a moment.",
  UNAUTHENTICATED: "Your session has ended.",
  INSUFFICIENT_SCOPE: "This is not allowed here.",
};

/** Says in words why a request failed, for the person who made it. */
export function describeError(error: CombinedError): string {
  const [first] = error.graphQLErrors;
  const code = String(first?.extensions.code ?? "");
  if (code === "RATE_LIMITED") return describeWait(error.response);
  if (byCode[code]) return byCode[code];
  // What needed a new token fails with the reason why there is none.
  if (error.networkError instanceof CombinedError) return describeError(error.networkError);
  if (error.networkError) return "The server can’t be reached.";
  return first?.message ?? "Something went wrong.";
}

/** Says how long to wait before the next attempt, by the answer's Retry-After (RFC 9110 §10.2.3). */
export function describeWait(response: Response | undefined): string {
  const seconds = Number(response?.headers.get("Retry-After"));
  if (!seconds) return "Too many attempts. Try again in a while.";
  if (seconds < 90) return `Too many attempts. Try again in ${seconds} seconds.`;
  if (seconds < 5_400) return `Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`;
  return `Too many attempts. Try again in ${Math.ceil(seconds / 3_600)} hours.`;
}

/** Whether the same request may well succeed later: the server was away, and said nothing about the request itself. */
export function isPassing(error: CombinedError): boolean {
  return (
    Boolean(error.networkError) ||
    error.graphQLErrors.some(({ extensions }) => extensions.code === "SERVICE_UNAVAILABLE")
  );
}
