import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type FormEvent, type Ref, useRef, useState } from "react";
import { useClient } from "urql";
import { useConnection } from "../../ui/connection-context.ts";
import { showNote } from "../../ui/toast.tsx";
import classes from "./add-task.module.css";
import { describeOutcome } from "./outcome.ts";
import { checkTitle } from "./task-limits.ts";
import { createTask } from "./task-mutations.ts";
import { type Unsent, UnsentTasks } from "./unsent-tasks.tsx";
import type { View } from "./view.ts";

type Props = { view: View; ref: Ref<HTMLInputElement> };

/** One line and Enter; the focus stays for the next. */
export function AddTask({ view, ref }: Props) {
  const client = useClient();
  const [title, setTitle] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [unsent, setUnsent] = useState<Unsent[]>([]);
  const typed = useRef("");
  const { returns } = useConnection();
  const [seenReturns, setSeenReturns] = useState(returns);
  if (returns !== seenReturns) {
    // Back again: what is in the field waits for Enter, and nothing is wrong with it.
    setSeenReturns(returns);
    setError(null);
  }

  const type = (text: string, problem: string | null = null) => {
    typed.current = text;
    setTitle(text);
    setError(problem);
  };

  const send = async (text: string) => {
    const outcome = await createTask(client, { title: text.trim() });
    const why = describeOutcome(outcome);
    if (!why) return;
    const canRepeat = outcome.kind === "failed" && outcome.isPassing;
    // What was typed comes back to the field, or next to it when the next task is being typed there already.
    if (typed.current === "") type(text, canRepeat ? `${why} Press Enter to try again.` : why);
    else setUnsent((others) => [...others, { title: text, why }]);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() === "") return;
    const problem = checkTitle(title);
    if (problem) return setError(problem);
    type("");
    if (view.show === "done" || view.search) showNote("Added to your open tasks.");
    void send(title);
  };

  const sendAgain = () => {
    setUnsent([]);
    for (const { title: text } of unsent) void send(text);
  };

  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      <TextInput
        ref={ref}
        aria-label="Add a task"
        placeholder="Add a task"
        size="md"
        radius="lg"
        autoComplete="off"
        enterKeyHint="done"
        value={title}
        error={error}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        leftSection={<IconPlus size={20} aria-hidden="true" />}
        rightSectionWidth={72}
        rightSection={
          title.trim() !== "" && (
            <Button type="submit" size="compact-md" variant="light">
              Add
            </Button>
          )
        }
        classNames={{ input: classes.input ?? "" }}
      />
      <UnsentTasks tasks={unsent} onSendAgain={sendAgain} onDiscard={() => setUnsent([])} />
    </form>
  );
}
