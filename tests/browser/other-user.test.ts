import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { signUp } from "../helpers/people.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  collectTokens,
  notesField,
  openTask,
  press,
  seeText,
  seeTitles,
  sendOn,
  signIn,
  signOut,
  titleField,
  visit,
} from "./web-client.ts";

const canary = "kanarienvogel";

/** Everywhere that a page can keep something, as one text. */
async function gatherTraces(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")];
    const databases = await indexedDB.databases();
    return JSON.stringify([
      document.documentElement.outerHTML,
      fields.map(({ value }) => value),
      location.href,
      history.state,
      { ...localStorage },
      { ...sessionStorage },
      await caches.keys(),
      databases,
    ]);
  });
}

/** From now on gathers what the API is sent and what it answers, as one text. */
async function overhear(page: Page): Promise<() => string> {
  const heard: string[] = [];
  await page.route("**/graphql", async (route) => {
    const response = await sendOn(route);
    heard.push(JSON.stringify(route.request().headers()), route.request().postData() ?? "");
    heard.push(JSON.stringify(response.headers()), await response.text());
    await route.fulfill({ response });
  });
  return () => heard.join("\n");
}

/** Lets requests with this operation reach the server, but their answers not the page, until they are released. */
async function holdAnswers(page: Page, operation: string) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let held = 0;
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes(operation)) return route.continue();
    const response = await sendOn(route);
    held += 1;
    await released;
    await route.fulfill({ response });
  });
  return { count: () => held, release };
}

describe("a second user in the same tab", () => {
  test("finds nothing of the first: no text, no address, no token, no undo", async ({ page, server }) => {
    const first = await signUp(server, canary);
    const second = await signUp(server, "second");
    const tasks = createTaskApi(first);
    await tasks.add({ title: `${canary} title`, description: `${canary} notes` });
    await tasks.add({ title: `Feed the ${canary}` });
    await createTaskApi(second).add({ title: "Learn to whistle" });
    const given = collectTokens(page);
    await signIn(page, first);
    await page.getByRole("textbox", { name: "Search tasks" }).fill(canary);
    await seeText(page, `2 open tasks with “${canary}”`);
    await page.getByText("All", { exact: true }).click();
    await openTask(page, `${canary} title`);
    await press(page, `Delete "Feed the ${canary}"`);
    await seeText(page, `Deleted “Feed the ${canary}”`);
    const address = page.url();
    await signOut(page);
    expect(await gatherTraces(page)).not.toContain(canary);
    const firstTokens = [first.token, ...given];
    expect(given).toHaveLength(1);
    for (const token of firstTokens) expect(await gatherTraces(page)).not.toContain(token);

    const heard = await overhear(page);
    await signIn(page, second);
    await seeTitles(page, ["Learn to whistle"]);
    await page.keyboard.press("z");
    await addTask(page, "Whistle");
    await page.getByText("All", { exact: true }).click();
    await seeTitles(page, ["Whistle", "Learn to whistle"]);
    await page.reload();
    await seeTitles(page, ["Whistle", "Learn to whistle"]);
    expect(await gatherTraces(page)).not.toContain(canary);

    const { searchParams } = new URL(address);
    await page.goto(`/?task=${encodeURIComponent(searchParams.get("task") ?? "")}`);
    await seeText(page, "This task is gone");
    expect(heard()).toContain("Learn to whistle");
    expect(heard()).not.toContain(canary);
    for (const token of firstTokens) expect(heard()).not.toContain(token);
    expect(await tasks.titles()).toEqual([`${canary} title`]);
  });

  test("gets to nothing of the first by the back button", async ({ page, server }) => {
    const [first, second] = [await signUp(server), await signUp(server)];
    await createTaskApi(first).add({ title: canary });
    await createTaskApi(second).add({ title: "Learn to whistle" });
    await visit(page, first);
    await page.getByRole("textbox", { name: "Search tasks" }).fill(canary);
    await seeText(page, `1 open task with “${canary}”`);
    await page.getByText("All", { exact: true }).click();
    await openTask(page, canary);
    await signOut(page);
    await signIn(page, second);
    await seeTitles(page, ["Learn to whistle"]);
    for (const _ of ["the list with all tasks", "the list with open tasks"]) {
      await page.goBack();
      await seeTitles(page, ["Learn to whistle"]);
      expect(await gatherTraces(page)).not.toContain(canary);
    }
  });

  test("sees nothing of what was still being read for the first", async ({ page, server }) => {
    const [first, second] = [await signUp(server), await signUp(server)];
    await createTaskApi(first).add({ title: canary, description: canary });
    await createTaskApi(second).add({ title: "Learn to whistle" });
    await visit(page, first);
    await seeTitles(page, [canary]);
    const answers = await holdAnswers(page, "TaskPage_Tasks");
    await page.reload();
    await eventually(answers.count).toBeGreaterThan(0);
    await signOut(page);
    await page.getByLabel("E-mail").fill(second.email);
    answers.release();
    await signIn(page, second);
    await seeTitles(page, ["Learn to whistle"]);
    await addTask(page, "Whistle");
    expect(await gatherTraces(page)).not.toContain(canary);
  });

  test("sees nothing of what was still being saved for the first, who finds it saved", async ({
    page,
    server,
  }) => {
    const [first, second] = [await signUp(server), await signUp(server)];
    await createTaskApi(first).add({ title: "Learn to sing" });
    await visit(page, first);
    await openTask(page, "Learn to sing");
    const answers = await holdAnswers(page, "TaskMutations_");
    await notesField(page).fill(canary);
    await notesField(page).blur();
    await addField(page).fill(canary);
    await addField(page).press("Enter");
    await eventually(answers.count).toBe(2);
    await titleField(page).fill(`${canary}, not yet left`);
    await signOut(page);
    await page.getByLabel("E-mail").fill(second.email);
    answers.release();
    await signIn(page, second);
    await addTask(page, "Whistle");
    expect(await gatherTraces(page)).not.toContain(canary);
    expect(await createTaskApi(second).titles()).toEqual(["Whistle"]);
    const [added, edited] = (await createTaskApi(first).list()).edges.map(({ node }) => node);
    expect(added).toMatchObject({ title: canary });
    expect(edited).toMatchObject({ description: canary });
  });

  test("takes over the other tabs too, without anything of the first", async ({ page, server }) => {
    const [first, second] = [await signUp(server), await signUp(server)];
    await createTaskApi(first).add({ title: canary });
    await createTaskApi(second).add({ title: "Learn to whistle" });
    await visit(page, first);
    await openTask(page, canary);
    const other = await page.context().newPage();
    await other.goto("/");
    await seeTitles(other, [canary]);
    await signOut(other);
    await signIn(other, second);
    await seeTitles(page, ["Learn to whistle"]);
    expect(await gatherTraces(page)).not.toContain(canary);
    expect(await gatherTraces(other)).not.toContain(canary);
  });
});
