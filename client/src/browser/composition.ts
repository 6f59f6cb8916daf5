/** The field in which something is being composed: typed with an input method, and not yet what it will be. */
let field: EventTarget | null = null;

/**
 * Whether a key belongs to an input method: it chooses, confirms or gives up what is being composed, and is no command
 * to the page (UI Events §5.7). Safari sends the key that ends a composition after it, known by its code 229 alone.
 */
function isOfInputMethod(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Keeps an input method's keys from everything that listens for keys on this page: our own handlers, React's and those
 * of the components in use, which close dialogs on Escape. The input method has had them by then. To be called before
 * anything else listens.
 */
export function guardComposition(): void {
  const guard = (event: KeyboardEvent) => {
    if (!isOfInputMethod(event)) return;
    event.stopImmediatePropagation();
    // One that no input method took, such as a screen keyboard's: it would send the form with half a word.
    if (event.key === "Enter" && event.keyCode === 13) event.preventDefault();
  };
  for (const type of ["keydown", "keyup"] as const) addEventListener(type, guard, { capture: true });
  const follow = ({ type, target }: Event) => {
    field = type === "compositionstart" ? target : null;
  };
  for (const type of ["compositionstart", "compositionend"])
    addEventListener(type, follow, { capture: true });
}

/** Whether what stands in the field that has the focus is half composed. */
export function isComposing(): boolean {
  // A field that is gone from the page has no end to tell.
  return field !== null && field === document.activeElement;
}

/** Calls back on each key that is pressed anywhere on the page and is the page's. Returns the function that stops it. */
export function onKey(listener: (event: KeyboardEvent) => void): () => void {
  addEventListener("keydown", listener);
  return () => removeEventListener("keydown", listener);
}
