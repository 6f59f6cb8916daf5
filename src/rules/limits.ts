// How long and how many things may be. What the server and the web client do and say by these numbers they read
// here; what can't, such as the database's constraints and the docs, is held to them by a test.

/** Code points of texts. */
export const maxTitleLength = 500;
export const maxDescriptionLength = 20_000;
export const maxUserNameLength = 200;
export const maxTokenNameLength = 100;
export const maxSearchLength = 500;
export const maxUserAgentLength = 300;

/** Words of one search. */
export const maxSearchWords = 16;

/** Code points of a new password: what PASSWORD_MIN_LENGTH is unless it is set, and what it can be set to at most. */
export const minPasswordLength = 8;
export const maxMinPasswordLength = 64;

/** Bytes of UTF-8 of a password: bcrypt reads no further, and what comes behind would count for nothing. */
export const maxPasswordBytes = 72;

/** Bytes of UTF-8 before an e-mail address's @, and of the whole path without its brackets (RFC 5321 §4.5.3.1). */
export const maxLocalPartBytes = 64;
export const maxEmailBytes = 254;

/** Entries of a list's page, and how many it has where nobody says. */
export const maxPageSize = 100;
export const defaultPageSize = 50;

/** Rows of one account: personal tokens, those that have expired and are still listed included, and sessions. */
export const maxPersonalTokens = 100;
export const maxSessions = 1000;

/** Days that a personal token is good for. */
export const maxTokenDays = 366;

/** Seconds in which a refresh token that was replaced gets its successor once more, although that has been used. */
export const refreshGraceSeconds = 10;

/** Hours in which a code has to be used: to set a new password, mailed or handed over, and to verify an address. */
export const mailedResetHours = 1;
export const handedResetHours = 24;
export const verificationHours = 24;
