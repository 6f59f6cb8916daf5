/** One request of somebody who attacks nobody. */
export type Sample = {
  /** A sign-up is a kind of login. */
  kind: "list" | "viewer" | "write" | "ready" | "export" | "login";
  ms: number;
  /** What came instead of the answer; null when that came. */
  refusal: string | null;
};

/** Milliseconds that half of the requests, nine of ten, and 99 of 100 took at most. */
export type Waiting = { p50: number; p90: number; p99: number };

/** What others met, during some time. */
export type Figures = {
  requests: Waiting;
  /** Hashing passwords takes its time, so they are apart. */
  logins: Waiting;
  answers: number;
  /** What others were told instead of an answer. */
  refusals: string[];
  /** MiB that the server had resident at the most. */
  memory: number;
};

function waitingOf(samples: Sample[]): Waiting {
  const sorted = samples.map(({ ms }) => ms).sort((one, other) => one - other);
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

export function figuresOf(samples: Sample[], memory: number): Figures {
  const isLogin = ({ kind }: Sample) => kind === "login";
  return {
    requests: waitingOf(samples.filter((sample) => !isLogin(sample))),
    logins: waitingOf(samples.filter(isLogin)),
    answers: samples.length,
    refusals: samples.flatMap(({ kind, refusal }) => (refusal === null ? [] : [`${kind}: ${refusal}`])),
    memory,
  };
}
