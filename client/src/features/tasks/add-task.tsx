import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type FormEvent, type Ref, useState } from "react";
import { useClient } from "urql";
import { showNote, showProblem } from "../../ui/toast.tsx";
import classes from "./add-task.module.css";
import { describeOutcome } from "./outcome.ts";
import { checkTitle } from "./task-limits.ts";
import { createTask } from "./task-mutations.ts";
import type { View } from "./view.ts";

type Props = { view: View; ref: Ref<HTMLInputElement> };

/** One line and Enter; the focus stays for the next. */
export function AddTask({ view, ref }: Props) {
  const client = useClient();
  const [title, setTitle] = useState("");
  const [error, setError] = useState<string | null>(null);

  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() === "") return;
    const problem = checkTitle(title);
    setError(problem);
    if (problem) return;
    setTitle("");
    if (view.show === "done" || view.search) showNote("Added to your open tasks.");
    const why = describeOutcome(await createTask(client, { title: title.trim() }));
    if (!why) return;
    // What was typed comes back, unless the next task is being typed already.
    setTitle((current) => {
      if (current === "") {
        setError(why);
        return title;
      }
      showProblem(`Couldn’t add “${title.trim()}”. ${why}`);
      return current;
    });
  };

  return (
    <form onSubmit={add} className={classes.form} noValidate>
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
        onChange={(event) => {
          setTitle(event.currentTarget.value);
          setError(null);
        }}
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
    </form>
  );
}
