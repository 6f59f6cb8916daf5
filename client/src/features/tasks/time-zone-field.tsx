import { Select } from "@mantine/core";
import { useMemo } from "react";

type Props = { timeZone: string; hasError: boolean; onChange: (timeZone: string) => void };

/** The zone whose clocks a due time is read from. */
export function TimeZoneField({ timeZone, hasError, onChange }: Props) {
  const zones = useMemo(
    () =>
      [...new Set([timeZone, ...Intl.supportedValuesOf("timeZone"), "UTC"])]
        .toSorted()
        .map((value) => ({ value, label: value.replaceAll("_", " ") })),
    [timeZone],
  );
  return (
    <Select
      aria-label="Time zone"
      flex={1}
      data={zones}
      value={timeZone}
      error={hasError}
      onChange={(value) => value && onChange(value)}
      searchable
      selectFirstOptionOnChange
      onFocus={(event) => event.currentTarget.select()}
      limit={60}
      allowDeselect={false}
      nothingFoundMessage="No zone of this name"
    />
  );
}
