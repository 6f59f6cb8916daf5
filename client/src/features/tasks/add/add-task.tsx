import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { FormEvent, Ref } from "react";
import { useClient } from "urql";
import { showNote } from "../../../ui/toast.tsx";
import { describeOutcome } from "../changes/outcome.ts";
import { createTask } from "../changes/task-mutations.ts";
import { checkTitle } from "../fields/task-limits.ts";
import type { View } from "../view/view.ts";
import classes from "./add-task.module.css";
import { UnsentTasks } from "./unsent-tasks.tsx";
import { useNewTasks } from "./use-new-tasks.ts";

type Props = { view: View; ref: Ref<HTMLInputElement> };

/** One line and Enter; the focus stays for the next. */
export function AddTask({ view, ref }: Props) {
  const client = useClient();
  const { title, error, unsent, type, refuse, enqueue, leave, getTitle } = useNewTasks();

  const send = async (text: string) => {
    const key = enqueue(text);
    const outcome = await createTask(client, { title: text.trim() });
    const why = describeOutcome(outcome);
    const canRepeat = outcome.kind === "failed" && outcome.isPassing;
    // What was typed comes back to the field, or next to it when the next task is being typed there already.
    const isFree = getTitle() === "";
    leave(key, isFree ? null : why);
    if (why && isFree) type(text, canRepeat ? `${why} Press Enter to try again.` : why);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() === "") return;
    const problem = checkTitle(title);
    if (problem) return refuse(problem);
    type("");
    if (view.show === "done" || view.search) showNote("Added to your open tasks.");
    void send(title);
  };

  const discard = () => {
    for (const { key } of unsent) leave(key, null);
  };
  const sendAgain = () => {
    discard();
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
      <UnsentTasks tasks={unsent} onSendAgain={sendAgain} onDiscard={discard} />
    </form>
  );
}
