import { Textarea } from "@mantine/core";
import { useEffect, useRef } from "react";
import { isTypedInto } from "../../../browser/typed-into.ts";
import { handleFieldKeys } from "./field-keys.ts";
import type { FieldProps } from "./field-props.ts";
import { FieldTrouble } from "./field-trouble.tsx";
import { checkTitle } from "./task-limits.ts";
import classes from "./title-field.module.css";
import { useDraft } from "./use-draft.ts";

/** A task's title, as many lines as it needs but without line breaks. */
export function TitleField({ name, task: { title }, autoFocus, save }: FieldProps) {
  const draft = useDraft({
    name,
    saved: title,
    isSame: (a, b) => a.trim() === b.trim(),
    check: checkTitle,
    save: (text, checked) => save({ title: text.trim() }, checked),
  });
  const ref = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const field = ref.current;
    // The details can come late: whoever types elsewhere by then goes on there.
    if (!autoFocus || !field || isTypedInto(document.activeElement)) return;
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }, [autoFocus]);
  return (
    <div className={classes.field}>
      <Textarea
        ref={ref}
        aria-label="Title"
        autosize
        minRows={1}
        classNames={{ input: classes.input ?? "" }}
        value={draft.value}
        error={draft.isWrong}
        onChange={(event) => draft.change(event.currentTarget.value.replaceAll(/\s*\n\s*/g, " "))}
        onBlur={() => draft.commit()}
        onKeyDown={(event) => handleFieldKeys(event, draft.revert, { enter: "leaves" })}
      />
      <FieldTrouble draft={draft} saved={title} />
    </div>
  );
}
