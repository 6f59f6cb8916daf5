import { type ComboboxItem, type OptionsFilter, Select } from "@mantine/core";
import { useMemo } from "react";
import { cityOf, listZones, type ZoneChoice } from "../../../browser/time-zone.ts";

type Props = { timeZone: string; hasError: boolean; onChange: (timeZone: string) => void };

type Option = ComboboxItem & { names: string[] };

const readable = (name: string) => name.replaceAll("_", " ");

/** Asia/Kolkata (Calcutta): the current name, and what else its city is called. */
function toOption({ timeZone, names }: ZoneChoice): Option {
  const [name = timeZone, ...others] = names;
  const cities = new Set(others.map(cityOf).filter((city) => city !== cityOf(name)));
  const also = cities.size > 0 ? ` (${[...cities].join(", ")})` : "";
  return { value: timeZone, label: readable(name) + also, names };
}

/** Finds a zone by a part of any of its names, written as one does or as IANA does. */
const filter: OptionsFilter = ({ options, search, limit }) => {
  const wanted = readable(search).trim().toLowerCase();
  const isWanted = ({ label, names }: Option) =>
    [label, ...names].some((name) => readable(name).toLowerCase().includes(wanted));
  return (options as Option[]).filter(isWanted).slice(0, limit);
};

/** The zone whose clocks a due time is read from. */
export function TimeZoneField({ timeZone, hasError, onChange }: Props) {
  const zones = useMemo(() => listZones(timeZone).map(toOption), [timeZone]);
  return (
    <Select
      aria-label="Time zone"
      flex={1}
      data={zones}
      filter={filter}
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
