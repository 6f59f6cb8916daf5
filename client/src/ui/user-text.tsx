/** Begin an isolated run of their own direction in a text, and end one (Unicode UAX #9, LRI, RLI, FSI and PDI). */
const isolates = /[\u2066-\u2069]/g;
const endOfIsolate = "\u2069";

/** A text without ends of runs that it didn't begin, and with those that it left out. */
function closeIsolates(text: string): string {
  let open = 0;
  const kept = text.replace(isolates, (mark) => {
    if (mark === endOfIsolate && open === 0) return "";
    open += mark === endOfIsolate ? -1 : 1;
    return mark;
  });
  return kept + endOfIsolate.repeat(open);
}

/** What a reader takes for characters: a flag, a family, a letter with its marks are one each (Unicode UAX #29). */
function splitCharacters(text: string): string[] {
  // Firefox has it from version 125 on.
  if (!("Segmenter" in Intl)) return [...text];
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** A text with at most so many characters, the last of them an ellipsis where it had more. */
function cut(text: string, most: number): string {
  const characters = splitCharacters(text);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/**
 * What somebody wrote, among words of ours: it has its own direction, and whatever it holds, the words around it stay
 * where they are. Where it stands alone in an element, that element's dir="auto" is enough.
 */
export function UserText({ children }: { children: string }) {
  return <bdi>{closeIsolates(children)}</bdi>;
}

/** “Buy milk”, cut where a line of ours would get too long. */
export function Quote({ children }: { children: string }) {
  return (
    <>
      “<UserText>{cut(children, 60)}</UserText>”
    </>
  );
}
