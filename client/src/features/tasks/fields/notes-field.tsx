import { Textarea } from "@mantine/core";
import { handleFieldKeys } from "./field-keys.ts";
import type { FieldProps } from "./field-props.ts";
import { FieldTrouble } from "./field-trouble.tsx";
import { checkNotes } from "./task-limits.ts";
import { useDraft } from "./use-draft.ts";

/** A task's notes, as plain text. Without any they are null. */
export function NotesField({ name, task: { description }, save }: FieldProps) {
  const draft = useDraft({
    name,
    saved: description ?? "",
    isSame: (a, b) => a === b,
    check: checkNotes,
    save: (text, checked) => save({ description: text === "" ? null : text }, checked),
  });
  return (
    <div>
      <Textarea
        label="Notes"
        placeholder="Anything worth remembering"
        autosize
        minRows={5}
        maxRows={24}
        value={draft.value}
        error={draft.isWrong}
        onChange={(event) => draft.change(event.currentTarget.value)}
        onBlur={() => draft.commit()}
        onKeyDown={(event) => handleFieldKeys(event, draft.revert, { enter: "breaks" })}
      />
      <FieldTrouble draft={draft} saved={description ?? "No notes"} />
    </div>
  );
}
