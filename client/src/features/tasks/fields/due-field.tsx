import { Button, Group, Input, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type FocusEvent, type KeyboardEvent, useId } from "react";
import { useNow } from "../../../browser/use-now.ts";
import classes from "./due-field.module.css";
import { checkDue, type DueValue, isSameDue, toDueInput, toDueValue } from "./due-value.ts";
import { describeDue } from "./due-words.ts";
import { handleFieldKeys } from "./field-keys.ts";
import type { FieldProps } from "./field-props.ts";
import { FieldTrouble } from "./field-trouble.tsx";
import { QuickDays } from "./quick-days.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";
import { useDraft } from "./use-draft.ts";

/** The day a task is due, and the time if it has one. */
export function DueField({ name, task: { due }, save }: FieldProps) {
  const labelId = useId();
  const now = useNow();
  const saved = toDueValue(due);
  const draft = useDraft({
    name,
    saved,
    isSame: isSameDue,
    check: checkDue,
    save: (value, checked) => save({ due: toDueInput(value) }, checked),
  });
  const { value } = draft;
  // A day picked with the mouse leaves the focus where it is.
  const commitSoon = useDebouncedCallback((next: DueValue) => {
    if (next.date !== "" && checkDue(next) === null) draft.commit(next);
  }, 900);

  const change = (changes: Partial<DueValue>) => {
    const next = { ...value, ...changes };
    draft.change(next);
    commitSoon(next);
  };
  const set = (changes: Partial<DueValue>) => {
    commitSoon.cancel();
    draft.commit({ ...value, ...changes });
  };
  const onBlur = (event: FocusEvent<HTMLInputElement>) => {
    commitSoon.cancel();
    // Half a date counts for nothing: not for a date, and not for the wish to have none.
    if (event.currentTarget.validity.badInput) draft.revert();
    else draft.commit();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape") commitSoon.cancel();
    handleFieldKeys(event, draft.revert, { enter: "leaves" });
  };

  return (
    <fieldset className={classes.field} aria-labelledby={labelId}>
      <Input.Label id={labelId} labelElement="div">
        Due
      </Input.Label>
      <QuickDays chosen={value.date} onChoose={(date) => set({ date, ...(date === "" && { time: "" }) })} />
      <Group gap="xs" wrap="nowrap">
        <TextInput
          type="date"
          aria-label="Due date"
          flex={3}
          max="9999-12-31"
          value={value.date}
          onChange={(event) => change({ date: event.currentTarget.value })}
          onBlur={onBlur}
          onKeyDown={onKeyDown}
        />
        <TextInput
          type="time"
          aria-label="Due time (optional)"
          flex={2}
          disabled={value.date === ""}
          value={value.time}
          onChange={(event) => change({ time: event.currentTarget.value })}
          onBlur={onBlur}
          onKeyDown={onKeyDown}
        />
      </Group>
      {value.time !== "" && (
        <Group gap="xs" wrap="nowrap" mt="xs">
          <TimeZoneField
            timeZone={value.timeZone}
            hasError={draft.trouble?.path?.[1] === "timeZone"}
            onChange={(timeZone) => set({ timeZone })}
          />
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => set({ time: "" })}>
            No time
          </Button>
        </Group>
      )}
      <FieldTrouble draft={draft} saved={due ? describeDue(due, now) : "No due date"} />
    </fieldset>
  );
}
