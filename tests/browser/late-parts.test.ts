import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { expectGoodPage } from "./page-checks.ts";
import {
  accountButton,
  addField,
  addTask,
  notesField,
  openTask,
  press,
  seeText,
  sendOn,
  titleField,
  visit,
} from "./web-client.ts";

const server = /\/(graphql|ready|assets\/.*|)$/;

/** The page reaches nothing any more, as when the server is stopped. */
const takeServerAway = (page: Page) => page.route(server, (route) => route.abort("connectionrefused"));
async function bringServerBack(page: Page): Promise<void> {
  await page.unroute(server);
  // The page asks at once, with the focus where it is.
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await eventually(() => page.getByText("Trying again by itself").count()).toBe(0);
}

/** The server has another version: no file of this page's parts is there, and its page starts with another one. */
async function upgrade(page: Page): Promise<void> {
  await page.route(/\/assets\/(help|task-panel|settings)/, (route) =>
    route.fulfill({ status: 404, body: "" }),
  );
  await page.route(/:\d+(\/tasks)?\/$/, async (route) => {
    const response = await sendOn(route);
    const body = (await response.text()).replaceAll(/assets\/index-/g, "assets/index-later-");
    await route.fulfill({ response, body });
  });
}

const notice = (page: Page) => page.getByRole("alert").filter({ hasText: "be shown" });

describe("a part of the page that can't be loaded", () => {
  test("leaves the rest as it is while the server is away, and comes when it is back", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Draw a map" });
    await visit(page, person);
    await openTask(page, "Draw a map");
    watch.allowFailedRequests();
    await takeServerAway(page);
    await notesField(page).fill("With mountains");
    await addField(page).fill("Half typ");
    await press(page, "Keyboard shortcuts");
    await seeText(notice(page), "The list of keys can’t be shown: the server can’t be reached.");
    await expectGoodPage(page);
    await seeText(page, "what you type stays here");
    expect(await addField(page).inputValue()).toBe("Half typ");
    expect(await notesField(page).inputValue()).toBe("With mountains");
    await page.keyboard.press("Escape");
    await eventually(() => notice(page).count()).toBe(0);
    await titleField(page).waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe("Keyboard shortcuts");

    await page.keyboard.press("Enter");
    await seeText(notice(page), "The list of keys");
    await bringServerBack(page);
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "With mountains" });
    expect(await addField(page).inputValue()).toBe("Half typ");
  });

  test("doesn't come between while somebody types elsewhere", async ({ page, person, watch }) => {
    await visit(page, person);
    await seeText(page, "No tasks yet");
    watch.allowFailedRequests();
    await takeServerAway(page);
    await press(page, "Keyboard shortcuts");
    await seeText(notice(page), "can’t be reached");
    await addField(page).pressSequentially("Draw a ");
    await bringServerBack(page);
    await seeText(notice(page), "The list of keys can be shown now.");
    await page.keyboard.type("map");
    expect(await addField(page).inputValue()).toBe("Draw a map");
    await press(notice(page), "Show");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  });

  test("takes no focus from somebody who types elsewhere when it comes late", async ({ page, person }) => {
    const { id } = await createTaskApi(person).add({ title: "Draw a map" });
    const late = Promise.withResolvers<void>();
    await page.route(/\/assets\/task-panel/, async (route) => {
      await late.promise;
      await route.continue();
    });
    await visit(page, person, `/?task=${id}`);
    await addField(page).pressSequentially("Half ");
    late.resolve();
    await titleField(page).waitFor();
    await page.keyboard.type("typed");
    expect(await addField(page).inputValue()).toBe("Half typed");
    expect(await titleField(page).inputValue()).toBe("Draw a map");
  });

  test("is the settings' own trouble, which one leaves again", async ({ page, person, watch }) => {
    await visit(page, person);
    await addTask(page, "Draw a map");
    await addField(page).fill("Half typ");
    watch.allowFailedRequests();
    await takeServerAway(page);
    await accountButton(page).click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await seeText(notice(page), "The settings can’t be shown: the server can’t be reached.");
    await expectGoodPage(page);
    await press(notice(page), "Try again");
    await seeText(notice(page), "The settings can’t be shown");
    await page.getByRole("link", { name: "Your tasks" }).click();
    await eventually(() => addField(page).inputValue()).toBe("Half typ");
    await page.goBack();
    await seeText(notice(page), "The settings can’t be shown");
    await bringServerBack(page);
    await page.getByRole("heading", { name: "Profile" }).waitFor();
  });

  test("is told from one that another version of the page doesn't have, and a new page keeps what was typed", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Draw a map" });
    await visit(page, person);
    await openTask(page, "Draw a map");
    watch.allowFailedRequests();
    await upgrade(page);
    await addField(page).fill("Half typ");
    await press(page, "Keyboard shortcuts");
    await seeText(notice(page), "there is a new version of Ownlist");
    await seeText(notice(page), "What you have typed is kept.");
    await expectGoodPage(page);
    await page.unrouteAll({ behavior: "wait" });
    await press(notice(page), "Load the page again");
    await eventually(() => titleField(page).inputValue()).toBe("Draw a map");
    expect(await addField(page).inputValue()).toBe("Half typ");
    await press(page, "Keyboard shortcuts");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    expect(await tasks.get(id)).toMatchObject({ title: "Draw a map" });
  });

  test("is the details' own trouble, in a window of any width", async ({ page, person, watch }) => {
    const { id } = await createTaskApi(person).add({ title: "Draw a map" });
    watch.allowFailedRequests();
    await page.route(/\/assets\/task-panel/, (route) => route.fulfill({ status: 404, body: "" }));
    await visit(page, person);
    await page.locator("[data-task]").click();
    await seeText(notice(page), "The task’s details couldn’t be shown.");
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await notice(page).evaluate((element) => element.getBoundingClientRect().right)).toBeLessThan(390);
    await press(notice(page), "Close");
    await eventually(() => notice(page).count()).toBe(0);
    await page.unrouteAll({ behavior: "wait" });
    await page.goto(`/?task=${encodeURIComponent(id)}`);
    await eventually(() => titleField(page).inputValue()).toBe("Draw a map");
  });
});

describe("a fault", () => {
  /** Answers with a value for one field that nothing of the page can show. */
  async function breakField(page: Page, name: string, value: string): Promise<void> {
    await page.route("**/graphql", async (route) => {
      const response = await sendOn(route);
      const body = (await response.text()).replaceAll(
        new RegExp(`"${name}":"[^"]*"`, "g"),
        `"${name}":${value}`,
      );
      await route.fulfill({ response, body });
    });
  }

  test("of a part leaves the rest as it is", async ({ page, person, watch }) => {
    await createTaskApi(person).add({ title: "Draw a map" });
    watch.allowFault("RangeError");
    await breakField(page, "createdAt", '"never"');
    await visit(page, person);
    await addField(page).fill("Half typ");
    await page.locator("[data-task]").click();
    const fault = page.getByRole("alert").filter({ hasText: "The task’s details stopped working." });
    await fault.waitFor();
    await expectGoodPage(page);
    expect(await addField(page).inputValue()).toBe("Half typ");
    await press(fault, "Try again");
    await press(fault, "Close");
    await eventually(() => fault.count()).toBe(0);
  });

  test("of the page keeps what was typed through loading it again", async ({ page, person, watch }) => {
    const tasks = createTaskApi(person);
    await visit(page, person);
    await seeText(page, "No tasks yet");
    await addField(page).fill("Half typ");
    await tasks.add({ title: "Draw a map" });
    // React's way of saying that an object is no text.
    watch.allowFault("React error #31");
    await breakField(page, "title", '{"no":"text"}');
    await page.getByText("All", { exact: true }).click();
    await seeText(page, "This page has stopped working");
    await seeText(page, "What you have typed is kept.");
    await expectGoodPage(page);
    await page.unrouteAll({ behavior: "wait" });
    await press(page, "Load it again");
    await eventually(() => addField(page).inputValue()).toBe("Half typ");
  });
});

test("the list of common passwords is asked for again where it couldn't be loaded", async ({
  page,
  watch,
}) => {
  watch.allowFailedRequests();
  await page.route(/\/assets\/dist/, (route) => route.abort("connectionrefused"));
  await page.goto("/#sign-up");
  const field = page.getByLabel("Password", { exact: true });
  const failed = page.waitForEvent("requestfailed");
  await field.fill("iloveyou1234");
  await failed;
  await seeText(page, "Good");
  await page.unrouteAll({ behavior: "wait" });
  await field.fill("");
  await field.fill("iloveyou");
  await seeText(page, "Very easy to guess");
});
