import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  checkBox,
  notesField,
  openTask,
  press,
  seeText,
  seeTitles,
  titleField,
  visit,
} from "./web-client.ts";

describe("a task that another session has changed meanwhile", () => {
  test("is not overwritten: one sees the new version and can take it", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Paint the door" });
    await visit(page, person);
    await openTask(page, "Paint the door");
    await tasks.change({ id, title: "Paint the door blue" });
    await titleField(page).fill("Paint the door red");
    await titleField(page).press("Enter");
    const trouble = page.getByRole("complementary").getByRole("alert");
    await seeText(trouble, "This task was changed somewhere else meanwhile.");
    await seeText(trouble, "Paint the door blue");
    expect(await titleField(page).inputValue()).toBe("Paint the door red");
    expect(await tasks.get(id)).toMatchObject({ title: "Paint the door blue" });

    await press(page, "Use the new version");
    await eventually(() => titleField(page).inputValue()).toBe("Paint the door blue");
    await eventually(() => trouble.count()).toBe(0);
    await seeTitles(page, ["Paint the door blue"]);
    expect(await tasks.get(id)).toMatchObject({ title: "Paint the door blue", version: 2 });
  });

  test("takes what one has typed all the same, if one says so", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Paint the door", description: "Two coats" });
    await visit(page, person);
    await openTask(page, "Paint the door");
    await tasks.change({ id, description: "Three coats" });
    await notesField(page).fill("One coat");
    await notesField(page).blur();
    await seeText(page.getByRole("complementary").getByRole("alert"), "Three coats");
    await press(page, "Keep mine");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "One coat" });
    await eventually(() => page.getByRole("alert").count()).toBe(0);
    expect(await notesField(page).inputValue()).toBe("One coat");
  });

  test.for([
    {
      field: "priority",
      theirs: "HIGH",
      words: "High",
      choose: (page: Page) => page.getByText("Low", { exact: true }),
    },
    {
      field: "due",
      theirs: { date: "2031-03-30", time: null, timeZone: null, at: null },
      words: "30 Mar 2031",
      choose: (page: Page) => page.getByRole("button", { name: "Today", exact: true }),
    },
  ])(
    "is not overwritten by a click on its $field",
    async ({ field, theirs, words, choose }, { page, person }) => {
      const tasks = createTaskApi(person);
      const { id } = await tasks.add({ title: "Paint the door" });
      await visit(page, person);
      await openTask(page, "Paint the door");
      await tasks.change({ id, priority: "HIGH", due: { date: "2031-03-30" } });
      await choose(page).click();
      const trouble = page.getByRole("complementary").getByRole("alert");
      await seeText(trouble, words);
      expect(await tasks.get(id)).toMatchObject({ [field]: theirs });
      await press(page, "Use the new version");
      await eventually(() => trouble.count()).toBe(0);
      expect(await tasks.get(id)).toMatchObject({ [field]: theirs, version: 2 });
    },
  );

  test("takes a change of something else without a question", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Paint the door" });
    await visit(page, person);
    await openTask(page, "Paint the door");
    await tasks.change({ id, description: "Two coats", priority: "HIGH" });
    await titleField(page).fill("Paint the door red");
    await titleField(page).press("Enter");
    await eventually(() => tasks.get(id)).toMatchObject({
      title: "Paint the door red",
      description: "Two coats",
      priority: "HIGH",
    });
    await eventually(() => notesField(page).inputValue()).toBe("Two coats");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("can be completed, which takes nothing from the other change", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Paint the door" });
    await visit(page, person);
    await seeTitles(page, ["Paint the door"]);
    await tasks.change({ id, title: "Paint the door blue" });
    await checkBox(page, "Paint the door").click();
    await eventually(() => tasks.get(id)).toMatchObject({ title: "Paint the door blue", completed: true });
    await press(page, "Undo");
    await seeTitles(page, ["Paint the door blue"]);
  });

  test("keeps what one has typed when it was deleted, and can be brought back", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Paint the door", priority: "LOW" });
    await tasks.add({ title: "Paint the wall" });
    await visit(page, person);
    await openTask(page, "Paint the door");
    await tasks.remove(id);
    await notesField(page).fill("Two coats");
    await notesField(page).blur();
    await seeText(page, "This task no longer exists.");
    await seeText(page, "This task was deleted.");
    await seeTitles(page, ["Paint the wall"]);
    expect(await notesField(page).inputValue()).toBe("Two coats");

    await press(page, "Bring it back");
    await seeTitles(page, ["Paint the wall", "Paint the door"]);
    await press(page, "Try again");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Two coats", priority: "LOW" });
    await eventually(() => page.getByRole("alert").count()).toBe(0);
  });
});
