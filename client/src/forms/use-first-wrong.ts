import { type RefObject, useEffect, useRef } from "react";

/**
 * Puts the focus into the first field that something is wrong with: there one reads it, and types on.
 * @param errors another object whenever the form has been checked
 * @returns the form's ref
 */
export function useFirstWrong(errors: object): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is wrong stands in the form; the errors say when
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);
  return form;
}
