import { SegmentedControl } from "@mantine/core";
import type { Ref } from "react";
import { OrderMenu } from "./order-menu.tsx";
import { SearchField } from "./search-field.tsx";
import classes from "./toolbar.module.css";
import { type Show, showTasks, type View } from "./view.ts";

type Props = { view: View; searchRef: Ref<HTMLInputElement> };

const choices: { value: Show; label: string }[] = [
  { value: "open", label: "Open" },
  { value: "done", label: "Done" },
  { value: "all", label: "All" },
];

/** Which tasks the list shows, and in which order. */
export function Toolbar({ view, searchRef }: Props) {
  return (
    <div className={classes.toolbar}>
      <SegmentedControl
        aria-label="Show"
        className={classes.show}
        value={view.show}
        onChange={(show) => showTasks(show as Show)}
        data={choices}
      />
      <SearchField search={view.search} ref={searchRef} />
      <OrderMenu view={view} />
    </div>
  );
}
