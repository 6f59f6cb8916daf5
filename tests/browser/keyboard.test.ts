import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { password } from "../helpers/people.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { addField, notesField, seeText, seeTitles, titleField, visit } from "./web-client.ts";

/**
 * What has the focus, in the words of a screen reader, once the page has nothing left to do: menus, dialogs and date
 * fields put it where it belongs a moment later.
 */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    for (let turn = 0; turn < 2; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      await scheduler.postTask(() => {}, { priority: "background" });
    }
    const element = document.activeElement;
    // Nothing has it, which is not the same as all of the page's text.
    if (element === document.body) return "";
    const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent;
    return element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "";
  });
}

async function seeFocus(page: Page, name: string | RegExp): Promise<void> {
  const sight = eventually(() => focused(page));
  await (typeof name === "string" ? sight.toBe(name) : sight.toMatch(name));
}

/** Presses a key until the focus is there, looking each time as somebody would. */
async function pressTo(page: Page, key: string, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const found = await focused(page);
    if (typeof name === "string" ? found === name : name.test(found)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${name}`);
}

const tabTo = (page: Page, name: string | RegExp) => pressTo(page, "Tab", name);

async function pressAll(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe("without a mouse", () => {
  test("one signs up, adds, edits, completes, undoes, deletes, and signs out", async ({ page }) => {
    await page.goto("/");
    await seeFocus(page, "E-mail");
    await tabTo(page, "Create an account");
    await page.keyboard.press("Enter");
    await seeFocus(page, "E-mail");
    await page.keyboard.type(`ada-${randomBytes(6).toString("hex")}@example.com`);
    await tabTo(page, "Password");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await seeText(page, "No tasks yet");

    await page.keyboard.press("n");
    await seeFocus(page, "Add a task");
    for (const title of ["Clean the windows", "Answer Bo", "Shine the shoes"]) {
      await page.keyboard.type(title);
      await page.keyboard.press("Enter");
    }
    await eventually(() => page.locator("[data-task]:enabled").count()).toBe(3);
    await page.keyboard.press("Escape");
    await tabTo(page, "Shine the shoes");
    await page.keyboard.press("ArrowDown");
    await seeFocus(page, "Answer Bo");
    await page.keyboard.press("Enter");
    await seeFocus(page, "Title");
    await page.keyboard.type(" at last");
    await page.keyboard.press("Enter");
    await seeTitles(page, ["Shine the shoes", "Answer Bo at last", "Clean the windows"]);
    await tabTo(page, "Notes");
    await page.keyboard.type("About Friday");
    await pressAll(page, "Control+Enter");
    await page.locator("[data-task]", { hasText: "With notes" }).waitFor();

    await tabTo(page, "Close");
    await page.keyboard.press("Enter");
    await seeFocus(page, /^Answer Bo at last/);
    await page.keyboard.press("x");
    await seeTitles(page, ["Shine the shoes", "Clean the windows"]);
    await seeFocus(page, "Clean the windows");
    await page.keyboard.press("Delete");
    await seeTitles(page, ["Shine the shoes"]);
    await seeFocus(page, "Shine the shoes");
    await pressAll(page, "z", "z");
    await seeTitles(page, ["Shine the shoes", "Answer Bo at last", "Clean the windows"]);

    await tabTo(page, /^Your account/);
    await page.keyboard.press("Enter");
    await pressTo(page, "ArrowDown", "Settings");
    await page.keyboard.press("Enter");
    await seeFocus(page, "Profile");
    await pressTo(page, "Shift+Tab", "Password");
    await page.keyboard.press("Enter");
    await seeFocus(page, "Password");
    await tabTo(page, "Current password");

    await pressTo(page, "Shift+Tab", /^Your account/);
    await page.keyboard.press("Enter");
    await pressTo(page, "ArrowDown", "Sign out");
    await page.keyboard.press("Enter");
    await seeFocus(page, "E-mail");
  });

  test("one searches, filters and orders", async ({ page, person }) => {
    for (const title of ["plum", "pear", "fig"]) await createTaskApi(person).add({ title });
    await visit(page, person);
    await seeTitles(page, ["fig", "pear", "plum"]);
    await page.locator("[data-task]").first().focus();
    await page.keyboard.press("/");
    await seeFocus(page, "Search tasks");
    await page.keyboard.type("p");
    await seeTitles(page, ["pear", "plum"]);
    await page.keyboard.press("Escape");
    await seeTitles(page, ["fig", "pear", "plum"]);

    await tabTo(page, "Order: Created, Newest first");
    await pressAll(page, "Enter");
    await seeFocus(page, "Created");
    // The menu puts the focus on its first item a second time, just after the first key.
    await pressTo(page, "ArrowUp", "Title");
    await pressTo(page, "ArrowUp", "Priority");
    await page.keyboard.press("Enter");
    await seeFocus(page, "Order: Priority, Highest first");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await pressAll(page, "ArrowRight");
    await seeText(page, "Nothing done yet");
    await eventually(() => new URL(page.url()).search).toBe("?sort=priority&show=done");
  });

  test("one finds out about the keys, which do nothing where one types, and can be switched off", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "xyz" });
    await visit(page, person);
    await seeTitles(page, ["xyz"]);
    await addField(page).focus();
    await page.keyboard.type("x?n/z");
    expect(await addField(page).inputValue()).toBe("x?n/z");
    await page.locator("[data-task]").focus();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.waitFor();
    await tabTo(page, "Use single-key shortcuts");
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await eventually(() => dialog.count()).toBe(0);

    await page.locator("[data-task]").focus();
    await pressAll(page, "x", "n", "/", "?", "Enter");
    await eventually(() => titleField(page).inputValue()).toBe("xyz");
    expect(await tasks.list()).toMatchObject({ totalCount: 1, edges: [{ node: { completed: false } }] });
    expect(await dialog.count()).toBe(0);
    await page.reload();
    // The details open again, and take the focus when they do.
    await seeFocus(page, "Title");
    await page.locator("[data-task]").focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Delete");
    await seeTitles(page, []);
    await page.keyboard.press("Control+z");
    await seeTitles(page, ["xyz"]);
  });

  test("one never loses the place: after a refusal, a deletion, and in the panel of a small window", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    for (const title of ["one", "two", "three"]) await tasks.add({ title });
    await page.setViewportSize({ width: 800, height: 700 });
    await visit(page, person);
    await page.locator("[data-task]").nth(1).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Task" });
    await dialog.waitFor();
    await tabTo(page, "Notes");
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press("Tab");
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
    await tabTo(page, "Title");
    await pressAll(page, "Control+a", "Delete", "Enter");
    await seeText(dialog.getByRole("alert"), "A task needs a title.");
    await tabTo(page, "Discard");
    await page.keyboard.press("Enter");
    await seeFocus(page, "Title");
    expect(await titleField(page).inputValue()).toBe("two");
    await page.keyboard.press("Escape");
    await seeFocus(page, "two");
    await page.keyboard.press("Enter");
    await notesField(page).waitFor();
    await tabTo(page, "Delete task");
    await page.keyboard.press("Enter");
    await seeFocus(page, "one");
    await eventually(() => dialog.count()).toBe(0);
  });
});
