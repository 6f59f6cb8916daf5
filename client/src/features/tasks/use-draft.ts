import { useEffect, useEffectEvent, useRef, useState } from "react";
import { isComposing } from "../../ui/composition.ts";
import { useConnection } from "../../ui/connection-context.ts";
import { showProblem } from "../../ui/toast.tsx";
import { describeOutcome, type Outcome } from "./outcome.ts";

/** What stands in the way of saving, in words, with what can be done about it. */
export type Trouble = {
  kind: "invalid" | "conflict" | "failed";
  message: string;
  /** Which part of the field it is about, if the server says so: ["due", "timeZone"]. */
  path?: string[];
};

type State<T> = {
  /** What is being typed, or null when the field shows what the task has. */
  text: T | null;
  /** What the task had when the typing began. */
  base: T;
  trouble: Trouble | null;
};

export type Draft<T> = {
  value: T;
  trouble: Trouble | null;
  change: (value: T) => void;
  /** Saves what is being typed, or this value instead of it. */
  commit: (value?: T) => void;
  /** Back to what the task has. Returns whether there was something to give up. */
  revert: () => boolean;
  /** Saves although the task was changed somewhere else. */
  overrule: () => void;
};

type Options<T> = {
  /** What the task has. */
  saved: T;
  /** Whether two values are the same, as the server keeps them. */
  isSame: (a: T, b: T) => boolean;
  /** Says what is wrong with a value, or null. */
  check: (value: T) => string | null;
  /** Sends it; checked: only if the task is still as this client knows it. */
  save: (value: T, checked: boolean) => Promise<Outcome>;
};

/**
 * One field of a task while it is edited. What is typed stays until it is saved or given up, whatever the server says;
 * what fails because the server is away is sent again when it is back.
 */
export function useDraft<T>({ saved, isSame, check, save }: Options<T>): Draft<T> {
  const [state, setState] = useState<State<T>>({ text: null, base: saved, trouble: null });
  const { returns } = useConnection();
  const latest = useRef(state);
  latest.current = state;

  const update = (next: State<T>) => {
    latest.current = next;
    setState(next);
  };

  const isMounted = useRef(false);
  const send = async (text: T, base: T, checked: boolean) => {
    const outcome = await save(text, checked);
    if (!isMounted.current) return tellLate(outcome);
    const { text: now } = latest.current;
    if (outcome.kind === "done") {
      // Typed on meanwhile: that is a change to what has just been saved.
      if (now !== null && !isSame(now, text)) update({ text: now, base: text, trouble: null });
      else update({ text: null, base: text, trouble: null });
      return;
    }
    update({ text: now ?? text, base, trouble: troubleOf(outcome) });
  };

  const commit = (value?: T) => {
    const { text: typed, base, trouble } = latest.current;
    const text = value ?? typed;
    if (text === null || (trouble?.kind === "conflict" && value === undefined)) return;
    if (isSame(text, saved) && !trouble) return update({ text: null, base: saved, trouble: null });
    const from = typed === null ? saved : base;
    const problem = check(text);
    if (problem) return update({ text, base: from, trouble: { kind: "invalid", message: problem } });
    if (!isSame(from, saved) && !isSame(text, saved)) {
      return update({ text, base: from, trouble: { kind: "conflict", message: "" } });
    }
    update({ text, base: from, trouble: null });
    void send(text, from, true);
  };

  const retry = useEffectEvent(() => {
    if (latest.current.trouble?.kind === "failed") commit();
  });
  useEffect(() => {
    if (returns > 0) retry();
  }, [returns]);

  // Whoever leaves the page, or goes back, without leaving the field has meant it too.
  const commitNow = useEffectEvent(() => {
    if (!latest.current.trouble) commit();
  });
  useEffect(() => {
    const onHidden = () => {
      if (document.visibilityState === "hidden" && !isComposing()) commitNow();
    };
    isMounted.current = true;
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      document.removeEventListener("visibilitychange", onHidden);
      commitNow();
      isMounted.current = false;
    };
  }, []);

  return {
    value: state.text ?? saved,
    trouble: state.trouble,
    change: (text) => update({ text, base: state.text === null ? saved : state.base, trouble: null }),
    commit,
    revert: () => {
      const hadText = latest.current.text !== null && !isSame(latest.current.text, saved);
      update({ text: null, base: saved, trouble: null });
      return hadText;
    },
    overrule: () => {
      const { text } = latest.current;
      if (text === null) return;
      update({ text, base: saved, trouble: null });
      void send(text, saved, false);
    },
  };
}

function troubleOf(outcome: Exclude<Outcome, { kind: "done" }>): Trouble {
  const message = describeOutcome(outcome) ?? "";
  if (outcome.kind !== "invalid")
    return { kind: outcome.kind === "conflict" ? "conflict" : "failed", message };
  const path = outcome.fieldErrors[0]?.path;
  return { kind: "invalid", message, ...(path && { path }) };
}

/** The field is gone from the page; its trouble needs another place. */
function tellLate(outcome: Outcome): void {
  const why = describeOutcome(outcome);
  if (why) showProblem(`A change couldn’t be saved. ${why}`);
}
