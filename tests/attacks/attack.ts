/** How much of it: what a test of every day can bear, or all that the limits allow. */
export type Size = "small" | "full";

/** Somebody's account. */
export type Account = { token: string; email: string; password: string };

/** The server as attackers see it. */
export type Target = {
  /** http://127.0.0.1:<port> */
  readonly url: string;
  /** Makes an account, from an address that has made none before: it is not part of the attack. */
  signUp(): Promise<Account>;
  /** Sends one GraphQL request and reads its answer whole. @throws Error when there is none */
  graphql(
    token: string | null,
    body: object,
    signal?: AbortSignal,
  ): Promise<{ status: number; text: string }>;
  /** Runs statements past the API and its triggers, for rows that would take it too long to make. */
  sql(...statements: string[]): Promise<void>;
};

export type Attack = {
  /** As its file. */
  name: string;
  /** One line for the table in docs/security.md. */
  what: string;
  /**
   * Does what comes before (accounts, rows; not measured), and returns what attacks until the signal is aborted.
   * Both run in a process of their own, and go on when the server refuses.
   */
  prepare(target: Target, size: Size): Promise<(signal: AbortSignal) => Promise<void>>;
};
