import { expect, test } from "vitest";
import { compareTasks, isMatch, type SortableTask } from "../../client/src/graphql/task-order.ts";
import { titleColumns } from "../../src/features/tasks/task-text.ts";
import { foldText } from "../../src/rules/folding.ts";
import { naughtyStrings } from "../tasks/naughty-strings.ts";

// The client puts a task that has just changed where it belongs, before the server has sorted and searched again.

const texts = [
  ...naughtyStrings,
  "Straße",
  "STRASSE",
  "ΟΔΟΣ οδός",
  "ﬁle",
  "FILE",
  "dıydı DIYDI Diydi",
  "ǅ",
  "Zoë",
  "zoe",
];

const task = (title: string): SortableTask => ({
  id: title,
  title,
  description: null,
  completed: false,
  priority: "NONE",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  due: null,
});

test("the web client finds the same as the server, whatever the letters", () => {
  for (const search of texts) {
    const words = foldText(search).split(/\s+/).filter(Boolean);
    for (const title of texts) {
      const expected = words.every((word) => foldText(title).includes(word));
      expect(isMatch(task(title), { search }), `${search} in ${title}`).toBe(expected);
    }
  }
});

test("the web client sorts titles as the server does", () => {
  const byTitle = { field: "TITLE", direction: "ASC" } as const;
  for (const [a, b] of texts.flatMap((one) => texts.map((other) => [one, other] as const))) {
    const [keyA, keyB] = [titleColumns(a).titleKey, titleColumns(b).titleKey];
    const expected = Buffer.compare(Buffer.from(keyA), Buffer.from(keyB));
    expect(Math.sign(compareTasks(task(a), task(b), byTitle)), `${a} and ${b}`).toBe(expected);
  }
});
