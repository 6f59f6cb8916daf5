import { useNow } from "../browser/use-now.ts";

type Props = {
  /** An RFC 3339 timestamp. */
  at: string;
  /** Whether only its day matters. */
  isDay?: boolean;
};

/** A timestamp in the reader's language and time zone, also when that changes: 21 Nov 2026, 10:30. */
export function Moment({ at, isDay = false }: Props) {
  useNow();
  const format = new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    ...(!isDay && { timeStyle: "short" }),
  });
  return <time dateTime={at}>{format.format(Date.parse(at))}</time>;
}
