import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Person } from "../helpers/people.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { expectGoodPage } from "./page-checks.ts";
import {
  addTask,
  checkBox,
  fillSignIn,
  openTask,
  press,
  seeText,
  signIn,
  titleField,
  visit,
} from "./web-client.ts";

const long = "Something with wheels, without batteries, and quiet enough for the neighbours";
const unbroken = "https://example.com/".padEnd(300, "abcdefghij");

async function addTasks(person: Person): Promise<void> {
  const tasks = createTaskApi(person);
  for (const priority of ["NONE", "LOW", "MEDIUM", "HIGH", "URGENT"]) {
    await tasks.add({ title: `${priority}: ${long}`, priority, due: { date: "2001-02-03" } });
  }
  const due = { date: "2031-12-31", time: "23:45", timeZone: "America/Argentina/ComodRivadavia" };
  await tasks.add({ title: unbroken, description: unbroken, due, priority: "URGENT" });
  const { id } = await tasks.add({ title: "Done already", description: "Yes" });
  await tasks.change({ id, completed: true });
}

for (const width of [360, 1440]) {
  const viewport = { width, height: width === 360 ? 640 : 900 };

  test(`at ${width} pixels all that comes before signing in fits, is readable, and has a name`, async ({
    open,
    person,
  }) => {
    const page = await open({ viewport });
    await page.goto("/#sign-up");
    await page.getByRole("button", { name: "Sign up" }).waitFor();
    await expectGoodPage(page);
    await fillSignIn(page, { email: "ada", password: "x".repeat(80) });
    await press(page, "Sign up");
    await seeText(page, "At most 72 bytes, please");
    await expectGoodPage(page);
    await page.getByRole("link", { name: "Sign in instead" }).click();
    await fillSignIn(page, { email: person.email, password: "wrong" });
    await press(page, "Sign in");
    await seeText(page, "The e-mail address or the password is wrong.");
    await expectGoodPage(page);
    await page.getByRole("link", { name: "Forgotten your password?" }).click();
    await seeText(page, "This server sends no mail.");
    await expectGoodPage(page);
    await page.getByRole("link", { name: "I have a code" }).click();
    await press(page, "Set the new password");
    await seeText(page, "Use at least 8 characters.");
    await expectGoodPage(page);
    await page.getByRole("link", { name: "Back to signing in" }).click();
    await signIn(page, person);
    await seeText(page, "No tasks yet");
    await expectGoodPage(page);
  });

  test(`at ${width} pixels all that one does with tasks fits, is readable, and has a name`, async ({
    open,
    person,
    watch,
  }) => {
    const page = await open({ viewport });
    await visit(page, person);
    await addTasks(person);
    await page.goto("/?show=all");
    await seeText(page, "7 tasks");
    await expectGoodPage(page);
    await page.getByRole("button", { name: /^Order:/ }).click();
    await page.getByRole("menuitemradio", { name: "Title" }).waitFor();
    await expectGoodPage(page);
    await page.keyboard.press("Escape");
    await press(page, "Colours of the page");
    await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
    await expectGoodPage(page);
    await page.keyboard.press("Escape");
    await press(page, "Keyboard shortcuts");
    await page.getByRole("switch", { name: "Use single-key shortcuts" }).waitFor();
    await expectGoodPage(page);
    await press(page.getByRole("dialog"), "Close");

    await openTask(page, unbroken);
    await expectGoodPage(page);
    await titleField(page).fill("x".repeat(501));
    await titleField(page).blur();
    await seeText(page, "At most 500 characters");
    await expectGoodPage(page);
    await press(page, "Discard");
    await createTaskApi(person).change({ id: await idOf(page), title: long.repeat(3) });
    await titleField(page).fill("Mine");
    await titleField(page).blur();
    await seeText(page, "This task was changed somewhere else meanwhile.");
    await expectGoodPage(page);
    await press(page, "Use the new version");
    await press(page, "Close");
    await eventually(() => titleField(page).count()).toBe(0);

    await checkBox(page, `LOW: ${long}`).click();
    await seeText(page, /^Completed “LOW/);
    watch.allowFailedRequests();
    await page.route("**/graphql", (route) => route.abort());
    await page.getByRole("button", { name: `Delete "HIGH: ${long}"` }).click();
    await seeText(page, /^Couldn’t delete “HIGH/);
    await seeText(page, "The server can’t be reached. Trying again by itself");
    await expectGoodPage(page);
  });
}

/** The id of the task whose details are open. */
async function idOf(page: Page): Promise<string> {
  return new URL(page.url()).searchParams.get("task") ?? "";
}

test("the colours follow the system, or what one has chosen, through a reload", async ({ open, person }) => {
  const page = await open({ colorScheme: "dark" });
  await visit(page, person);
  await addTask(page, "Look");
  const scheme = () => page.locator("html").getAttribute("data-mantine-color-scheme");
  /** How much red is behind everything, of 255. */
  const red = () =>
    page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]));
  expect(await scheme()).toBe("dark");
  await eventually(red).toBeLessThan(50);
  await press(page, "Colours of the page");
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await eventually(scheme).toBe("light");
  await eventually(red).toBeGreaterThan(200);
  await page.reload();
  await seeText(page, "Look");
  expect(await scheme()).toBe("light");
});
