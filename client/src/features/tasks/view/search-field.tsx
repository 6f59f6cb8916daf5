import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type Ref, useState } from "react";
import { maxSearchLength } from "../../../../../src/rules/limits.ts";
import { searchTasks } from "./view.ts";

type Props = { search: string; ref: Ref<HTMLInputElement> };

/** Words to find in titles and notes. The list follows a moment after the last key. */
export function SearchField({ search, ref }: Props) {
  const [text, setText] = useState(search);
  const [followed, setFollowed] = useState(search);
  const searchSoon = useDebouncedCallback(searchTasks, 250);

  // The address changed by other means, such as the back button.
  if (search !== followed) {
    setFollowed(search);
    if (search !== text.trim()) setText(search);
  }

  const change = (next: string) => {
    setText(next);
    searchSoon(next.trim());
  };
  const clear = () => {
    searchSoon.cancel();
    setText("");
    searchTasks("");
  };

  return (
    <TextInput
      ref={ref}
      role="textbox"
      aria-label="Search tasks"
      placeholder="Search"
      enterKeyHint="search"
      maxLength={maxSearchLength}
      autoComplete="off"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") searchSoon.flush();
        if (event.key !== "Escape") return;
        if (text === "") event.currentTarget.blur();
        else clear();
      }}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={text !== "" && <CloseButton aria-label="Clear the search" onClick={clear} />}
    />
  );
}
