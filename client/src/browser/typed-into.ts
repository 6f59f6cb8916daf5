const typedInto = 'textarea, select, [contenteditable], input:not([type="checkbox"], [type="radio"])';

/** Whether an element that has the focus is one to type into: no key is a shortcut there, and nothing interrupts it. */
export function isTypedInto(element: Element | null): boolean {
  return element?.matches(typedInto) ?? false;
}
