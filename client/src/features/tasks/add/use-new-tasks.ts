import { useEffect, useEffectEvent, useState } from "react";
import { useConnection } from "../../../browser/connection-context.ts";
import { useDrafts, useNamedDraft } from "../../../browser/drafts.ts";
import { createKey } from "../../../browser/stable-key.ts";
import type { Unsent } from "./unsent-tasks.tsx";

/** A task that was sent; why: what became of it, or null as long as no answer has come. */
type Sent = { key: string; title: string; why: string | null };

const line = "new task";
const queue = "new tasks sent";

const unsure = "The server didn’t say that it has this one. If it isn’t in your list,";

/** What is typed into Add, and what was and isn't known to be added: kept until it is. */
export function useNewTasks() {
  const { read, isOld } = useDrafts();
  const [title = "", setTitle] = useNamedDraft<string>(line);
  const [sent = [], setSent] = useNamedDraft<Sent[]>(queue);
  const [error, setError] = useState<string | null>(null);
  const { returns } = useConnection();
  const [seenReturns, setSeenReturns] = useState(returns);
  if (returns !== seenReturns) {
    // Back again: what is in the field waits for Enter, and nothing is wrong with it.
    setSeenReturns(returns);
    setError(null);
  }

  const getTitle = () => (read(line) as string | undefined) ?? "";
  const getSent = () => (read(queue) as Sent[] | undefined) ?? [];

  const type = (text: string, problem: string | null = null) => {
    setTitle(text === "" ? undefined : text);
    setError(problem);
  };
  const keep = (tasks: Sent[]) => setSent(tasks.length > 0 ? tasks : undefined);

  // From before: nobody waits for those answers any more, and the keys were another page's.
  const takeUp = useEffectEvent(() => {
    if (!isOld(queue)) return;
    const tasks = getSent().map((task) => ({
      ...task,
      key: createKey(),
      why: task.why ?? `${unsure} add it again.`,
    }));
    const last = getTitle() === "" ? tasks.pop() : undefined;
    keep(tasks);
    if (last) type(last.title, `${unsure} press Enter.`);
  });
  useEffect(takeUp, []);

  return {
    title,
    error,
    /** What the server didn't take. */
    unsent: sent.filter((task): task is Unsent => task.why !== null),
    type,
    /** Leaves the text as it is and says what is wrong with it. */
    refuse: setError,
    /** What is in the line at this moment. */
    getTitle,
    /** Keeps a task that is being sent. Returns the key to leave by. */
    enqueue: (text: string) => {
      const key = createKey();
      keep([...getSent(), { key, title: text, why: null }]);
      return key;
    },
    /** It has been added or given up; why: it has not, and stays to be sent again. */
    leave: (key: string, why: string | null) => {
      const tasks = getSent().map((task) => (task.key === key ? { ...task, why } : task));
      keep(tasks.filter((task) => task.key !== key || why !== null));
    },
  };
}
