import { useEffect, useEffectEvent, useRef } from "react";
import { isComposing } from "../../../browser/composition.ts";
import { useConnection } from "../../../browser/connection-context.ts";
import { useDrafts, useNamedDraft } from "../../../browser/drafts.ts";
import { showProblem } from "../../../ui/toast.tsx";
import { describeOutcome, type Outcome } from "../changes/outcome.ts";

/** What stands in the way of saving, in words, with what can be done about it. */
export type Trouble = {
  /** kept: it was typed before, on another page or in another session, and nobody has said yet what is to become of it. */
  kind: "invalid" | "conflict" | "failed" | "kept";
  message: string;
  /** Which part of the field it is about, if the server says so: ["due", "timeZone"]. */
  path?: string[];
};

/** What is being typed. There is none where the field shows what the task has. */
type State<T> = {
  text: T;
  /** What the task had when the typing began. */
  base: T;
  trouble: Trouble | null;
  /** What is on its way to the server, which the page shows as the task's already. */
  sent?: T;
};

export type Draft<T> = {
  value: T;
  trouble: Trouble | null;
  /** Whether the field is to look wrong. */
  isWrong: boolean;
  change: (value: T) => void;
  /** Saves what is being typed, or this value instead of it. */
  commit: (value?: T) => void;
  /** Back to what the task has. Returns whether there was something to give up. */
  revert: () => boolean;
  /** Saves although the task was changed somewhere else. */
  overrule: () => void;
};

type Options<T> = {
  /** What the page keeps it under: the task's id and the field's name. */
  name: string;
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
 * One field of a task while it is edited. What is typed stays until it is saved or given up, whatever the server says
 * and whatever becomes of the page; what fails because the server is away is sent again when it is back.
 */
export function useDraft<T>({ name, saved, isSame, check, save }: Options<T>): Draft<T> {
  const drafts = useDrafts();
  const [, update] = useNamedDraft<State<T>>(name);
  const { returns } = useConnection();

  /** What is being typed, as it is at this moment. */
  const read = (): State<T> | null => {
    const state = drafts.read(name) as State<T> | undefined;
    if (state === undefined || !drafts.isOld(name)) return state ?? null;
    // The server had it after all.
    if (isSame(state.text, saved)) return null;
    const kind = isSame(state.base, saved) ? "kept" : "conflict";
    return { text: state.text, base: state.base, trouble: { kind, message: "" } };
  };

  const isMounted = useRef(false);
  const send = async (text: T, base: T, checked: boolean) => {
    update({ text, base, trouble: null, sent: text });
    const outcome = await save(text, checked);
    const now = read();
    // Typed on meanwhile: that is a change to what this one was. So is what was sent meanwhile.
    const { sent, ...rest } = now ?? { text, base, trouble: null };
    const later = sent !== undefined && !isSame(sent, text) ? { sent } : {};
    if (outcome.kind === "done") {
      update(isSame(rest.text, text) ? undefined : { ...rest, base: text, ...later });
      return;
    }
    update({ ...rest, base, trouble: troubleOf(outcome), ...later });
    if (!isMounted.current) tellLate(outcome);
  };

  const commit = (value?: T) => {
    const state = read();
    const text = value ?? state?.text;
    if (text === undefined || (state?.trouble?.kind === "conflict" && value === undefined)) return;
    if (state?.sent !== undefined && isSame(text, state.sent)) return;
    const isOnItsWay = state?.sent !== undefined && isSame(saved, state.sent);
    if (isSame(text, saved) && !state?.trouble && !isOnItsWay) return update(undefined);
    const base = isOnItsWay ? saved : (state?.base ?? saved);
    const problem = check(text);
    if (problem) return update({ text, base, trouble: { kind: "invalid", message: problem } });
    if (!isSame(base, saved) && !isSame(text, saved)) {
      return update({ text, base, trouble: { kind: "conflict", message: "" } });
    }
    void send(text, base, true);
  };

  const retry = useEffectEvent(() => {
    if (read()?.trouble?.kind === "failed") commit();
  });
  useEffect(() => {
    if (returns > 0) retry();
  }, [returns]);

  // Whoever leaves the page, or goes back, without leaving the field has meant it too.
  const commitNow = useEffectEvent(() => {
    if (!read()?.trouble) commit();
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

  const state = read();
  const isSettled = state === null && drafts.isOld(name);
  const forget = useEffectEvent(() => update(undefined));
  useEffect(() => {
    if (isSettled) forget();
  }, [isSettled]);

  const trouble = state?.trouble ?? null;
  return {
    value: state?.text ?? saved,
    trouble,
    isWrong: trouble !== null && trouble.kind !== "kept",
    change: (text) => {
      const { base = saved, sent } = read() ?? {};
      update({ text, base, trouble: null, ...(sent !== undefined && { sent }) });
    },
    commit,
    revert: () => {
      const text = read()?.text;
      update(undefined);
      return text !== undefined && !isSame(text, saved);
    },
    overrule: () => {
      const text = read()?.text;
      if (text !== undefined) void send(text, saved, false);
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
  const where = outcome.kind === "gone" ? "" : " What you typed is kept: open the task to go on.";
  if (why) showProblem(`A change couldn’t be saved. ${why}${where}`);
}
