import type { Locator, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  checkBox,
  notesField,
  openTask,
  press,
  seeTitles,
  titleField,
  visit,
} from "./web-client.ts";

/** Types into the field that has the focus with an input method, which has not been told yet what it is to be. */
async function compose(page: Page, text: string) {
  const session = await page.context().newCDPSession(page);
  const range = { selectionStart: text.length, selectionEnd: text.length };
  await session.send("Input.imeSetComposition", { text, ...range });
  return {
    /** The input method writes this in place of what was composed. */
    finish: (chosen: string) => session.send("Input.insertText", { text: chosen }),
  };
}

/**
 * A key that an input method has taken, as the page gets to know of it. isComposing: Chromium and Firefox; after: Safari,
 * once the composition is over.
 */
async function pressInMethod(place: Locator, key: string, how: "isComposing" | "after"): Promise<void> {
  await place.evaluate(
    (element, { key, how }) => {
      const common = { key, bubbles: true, cancelable: true };
      const own = how === "after" ? { keyCode: 229 } : { isComposing: true };
      element.dispatchEvent(new KeyboardEvent("keydown", { ...common, ...own }));
    },
    { key, how },
  );
}

const ways = ["isComposing", "after"] as const;

describe("an input method", () => {
  test("has its keys in a task's title and notes: nothing closes, nothing is saved", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    const before = await tasks.add({ title: "日本", description: "東京" });
    await visit(page, person);
    await openTask(page, "日本");
    for (const field of [titleField(page), notesField(page)]) {
      await field.focus();
      await page.keyboard.press("Control+End");
      const { finish } = await compose(page, "にほんご");
      for (const key of ["Escape", "Enter", "Control+Enter"]) {
        await page.keyboard.press(key);
        for (const way of ways) await pressInMethod(field, key, way);
      }
      expect(await field.inputValue()).toContain("にほんご");
      expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
      await finish("日本語");
      await pressInMethod(field, "Enter", "after");
      expect(await field.inputValue()).toMatch(/日本語$/);
    }
    await eventually(() => tasks.get(before.id)).toMatchObject({ title: "日本日本語", version: 2 });
    await page.keyboard.press("Control+Enter");
    await eventually(() => tasks.get(before.id)).toMatchObject({ description: "東京日本語", version: 3 });
  });

  test("has them in the lines for a new task and for a search", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "日本" });
    await visit(page, person);
    const search = page.getByRole("textbox", { name: "Search tasks" });
    for (const field of [addField(page), search]) {
      await field.focus();
      const { finish } = await compose(page, "にほん");
      for (const key of ["Escape", "Enter"]) {
        await page.keyboard.press(key);
        for (const way of ways) await pressInMethod(field, key, way);
      }
      expect(await field.inputValue()).toBe("にほん");
      expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
      await finish("日本");
      expect(await field.inputValue()).toBe("日本");
    }
    expect(await tasks.titles()).toEqual(["日本"]);
    await seeTitles(page, ["日本"]);
    await addField(page).press("Enter");
    await eventually(() => tasks.titles()).toEqual(["日本", "日本"]);
  });

  test("has them everywhere else: on a task of the list, in the due fields, in lists and dialogs", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    const due = { date: "2030-01-02", time: "10:00", timeZone: "Asia/Tokyo" };
    const { id } = await tasks.add({ title: "日本", due });
    await tasks.add({ title: "東京" });
    await visit(page, person);
    await seeTitles(page, ["東京", "日本"]);
    const row = page.locator("[data-task]").nth(1);
    await row.focus();
    for (const way of ways) {
      for (const key of ["x", "Delete", "k", "ArrowUp", "n", "/", "?", "z"])
        await pressInMethod(row, key, way);
    }
    expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
    await checkBox(page, "日本").waitFor();

    await openTask(page, "日本");
    const zone = page.getByRole("combobox", { name: "Time zone" });
    await zone.fill("berlin");
    await page.getByRole("option", { name: "Europe/Berlin" }).waitFor();
    for (const way of ways)
      for (const key of ["Enter", "Escape", "ArrowDown"]) await pressInMethod(zone, key, way);
    await page.getByRole("option", { name: "Europe/Berlin" }).waitFor();
    await page.keyboard.press("Escape");
    const date = page.getByLabel("Due date");
    await date.fill("2031-01-02");
    for (const way of ways) for (const key of ["Escape", "Enter"]) await pressInMethod(date, key, way);
    expect(await date.inputValue()).toBe("2031-01-02");
    await titleField(page).waitFor();

    await press(page, "Keyboard shortcuts");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.waitFor();
    for (const way of ways) await pressInMethod(dialog, "Escape", way);
    await page.keyboard.press("Escape");
    await eventually(() => dialog.count()).toBe(0);
    expect(await tasks.get(id)).toMatchObject({ completed: false, due: { timeZone: "Asia/Tokyo" } });
  });

  test("is not taken at half a word when one goes to another window", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "日本", description: "東京" });
    await visit(page, person);
    await openTask(page, "日本");
    await notesField(page).focus();
    await page.keyboard.press("Control+End");
    const { finish } = await compose(page, "にほn");
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      Reflect.deleteProperty(document, "visibilityState");
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await finish("日本");
    await notesField(page).blur();
    await eventually(() => tasks.get(id)).toMatchObject({ description: "東京日本", version: 2 });
  });
});
