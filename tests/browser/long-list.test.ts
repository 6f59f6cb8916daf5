import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { Person } from "../helpers/people.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { addTask, checkBox, press, seeText, visit } from "./web-client.ts";

const size = 120;
const name = (number: number) => `Task ${String(number).padStart(3, "0")}`;

/** The titles from the last that was added to the first. */
const newestFirst = Array.from({ length: size }, (_, index) => name(size - index));

async function addMany(person: Person): Promise<void> {
  for (const title of newestFirst.toReversed()) await person.addTask({ title });
}

const rows = (page: Page) => page.locator("[data-task]");

/** Scrolls to the end again and again, until there are so many tasks. */
async function scrollTo(page: Page, count: number): Promise<void> {
  await eventually(async () => {
    await page.mouse.wheel(0, 5_000);
    return await rows(page).count();
  }).toBe(count);
}

describe("a list longer than a page", () => {
  test("goes on as one scrolls, to its last task, each of them once", async ({ page, person }) => {
    await addMany(person);
    await visit(page, person);
    await seeText(page, "120 open tasks");
    await eventually(() => rows(page).count()).toBeLessThan(size);
    await page.mouse.move(600, 500);
    await scrollTo(page, size);
    expect(await rows(page).allTextContents()).toEqual(newestFirst);
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
  });

  test("stays right while tasks come and go, and while its order changes", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await addMany(person);
    await visit(page, person);
    await page.mouse.move(600, 500);
    await scrollTo(page, size);
    // Completed and deleted at the ends of pages, where a gap or a double would show.
    await checkBox(page, name(71)).click();
    await press(page, `Delete "${name(70)}"`);
    await addTask(page, "Task 121");
    const expected = ["Task 121", ...newestFirst.filter((title) => title !== name(71) && title !== name(70))];
    await eventually(() => rows(page).allTextContents()).toEqual(expected);
    await seeText(page, "119 open tasks");
    expect(await tasks.titles({ filter: { completed: false } })).toEqual(expected.slice(0, 100));

    await page.getByRole("button", { name: /^Order:/ }).click();
    await page.getByRole("menuitemradio", { name: "Title" }).click();
    await page.getByRole("button", { name: "Order: Title, A to Z" }).waitFor();
    await eventually(() => rows(page).first().textContent()).toBe(name(1));
    await page.mouse.move(600, 500);
    await scrollTo(page, expected.length);
    expect(await rows(page).allTextContents()).toEqual(expected.toReversed());
  });
});
