/**
 * Two kinds of failure, never mixed.
 *
 * A {@link DomainError} is what the caller can act on: mutations answer it as data, a member of their result
 * union. A {@link Refusal} is not: it leaves as a GraphQL error with `extensions.code`, one of
 * {@link errorStatus}. Whatever is neither is a bug, masked on its way out and logged once.
 */

/** Every `extensions.code` that leaves the server, with the HTTP status it goes out under. */
export const errorStatus = {
  UNAUTHENTICATED: 401,
  REFRESH_REUSED: 401,
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  CSRF: 403,
  INSUFFICIENT_SCOPE: 403,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  QUERY_TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  REQUEST_ENTITY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** An operation that is refused as a whole, for a reason that no result union covers. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** No credential on something that needs one: a challenge without an error code (RFC 6750 §3.1). */
export const notSignedIn = () =>
  new Refusal("UNAUTHENTICATED", "Sign in first: send the access token as Authorization: Bearer <token>.", {
    "WWW-Authenticate": 'Bearer realm="ownlist"',
  });

/** A credential that is malformed, forged, expired or ended (RFC 6750 §3.1). */
export const invalidToken = () =>
  new Refusal("UNAUTHENTICATED", "The access token is not valid, or no longer. Log in again.", {
    "WWW-Authenticate": 'Bearer realm="ownlist", error="invalid_token"',
  });

/** A refresh token that is malformed, forged, expired or whose session has ended. */
export const invalidRefreshToken = () =>
  new Refusal("UNAUTHENTICATED", "The refresh token is not valid, or no longer. Log in again.", {
    "WWW-Authenticate": 'Bearer realm="ownlist", error="invalid_token"',
  });

/** A refresh token that was replaced, sent again: one of two who have it is not its owner (RFC 9700 §4.14.2). */
export const refreshReused = () =>
  new Refusal(
    "REFRESH_REUSED",
    "This refresh token was used before. Its session has ended, in case somebody else has it. Log in again.",
    { "WWW-Authenticate": 'Bearer realm="ownlist", error="invalid_token"' },
  );

/** Credentials that name different sessions (RFC 6750 §2). */
export const twoCredentials = () =>
  new Refusal("BAD_REQUEST", "The request has the credentials of two sessions. Send one.", {
    "WWW-Authenticate": 'Bearer realm="ownlist", error="invalid_request"',
  });

/**
 * A personal token that may not do this (RFC 6750 §3.1).
 * @param scope what it lacks; "session" where no personal token may
 */
export const insufficientScope = (scope: string) =>
  new Refusal(
    "INSUFFICIENT_SCOPE",
    scope === "session"
      ? "A personal token can't do this. Log in."
      : `This personal token lacks the scope ${scope}. Make one that has it.`,
    {
      "WWW-Authenticate": `Bearer realm="ownlist", error="insufficient_scope", scope="${scope}"`,
    },
  );

/** @param seconds whole seconds after which the same request passes */
export const rateLimited = (
  seconds: number,
  message = `That was too often. Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`,
) => new Refusal("RATE_LIMITED", message, { "Retry-After": String(seconds) });

/** Too many requests of one user at once; after a second some of them have had their turn. */
export const tooMuchAtOnce = () =>
  rateLimited(1, "That was too much at once. Wait for the answers to some requests, then send the next.");

/** @param seconds whole seconds after which the same request has a chance */
export const serviceUnavailable = (seconds = 1) =>
  new Refusal("SERVICE_UNAVAILABLE", "The server can't answer right now. Try again shortly.", {
    "Retry-After": String(seconds),
  });

/** A value that a query was given and can't use; mutations answer {@link ValidationError} instead. */
export const badUserInput = (message: string) => new Refusal("BAD_USER_INPUT", message);

/** What the caller of a mutation can act on. */
export class DomainError extends Error {}

/** One problem with one field of an input, named by its path from the input's root. */
export type FieldProblem = { path: string[]; message: string };

/** All the problems of one input, at once. */
export class ValidationError extends DomainError {
  readonly fieldErrors: FieldProblem[];

  constructor(fieldErrors: FieldProblem[]) {
    super(fieldErrors.map((problem) => problem.message).join(" "));
    this.fieldErrors = fieldErrors;
  }
}

/** Gathers all the problems of one input, so that the caller hears of them at once. */
export class Problems {
  readonly #found: FieldProblem[] = [];

  /**
   * @param path the field's place, from the input's root
   * @param message what is wrong and what would do; null where nothing is
   */
  add(path: string[], message: string | null): void {
    if (message !== null) this.#found.push({ path, message });
  }

  /** @throws ValidationError when anything was added */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new ValidationError(this.#found);
  }
}

export class EmailTakenError extends DomainError {
  constructor() {
    super("An account with this e-mail address exists already. Log in instead.");
  }
}

/** The same for an unknown address and for a wrong password. */
export class InvalidCredentialsError extends DomainError {
  constructor(message = "The e-mail address or the password is wrong.") {
    super(message);
  }
}

/** The same for what does not exist and for what is somebody else's. */
export class NotFoundError extends DomainError {
  constructor() {
    super("There is nothing with this id, or it is not yours.");
  }
}

/** A one-time code that is wrong, used or expired: the same for all of them. */
export class InvalidCodeError extends DomainError {
  constructor() {
    super("This code is wrong, was used already, or has expired. Ask for a new one.");
  }
}

/** Something that this server was not set up for. */
export class NotAvailableError extends DomainError {}

/** The object is no longer at the version that the caller named. */
export class ConflictError extends DomainError {
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super(
      `This changed in the meantime: it is at version ${currentVersion} now. Load it again, then decide.`,
    );
    this.currentVersion = currentVersion;
  }
}
