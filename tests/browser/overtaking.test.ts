import type { Page } from "playwright-core";
import { describe, expect, onTestFinished } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { addField, addTask, checkBox, press, seeText, seeTitles, sendOn, visit, wake } from "./web-client.ts";

/**
 * Holds back what the server answers to the next reading of the list, as a slow network does.
 * @returns read: settles when the server has answered; release: lets the answer go on to the page; count: how many
 * readings there were since
 */
async function holdNextList(page: Page) {
  const read = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let count = 0;
  await page.route(/\/graphql$/, async (route) => {
    if (!route.request().postData()?.includes("TaskPage_Tasks")) return route.fallback();
    count += 1;
    const response = await sendOn(route);
    if (count === 1) {
      read.resolve();
      await released.promise;
    }
    await route.fulfill({ response });
  });
  onTestFinished(() => released.resolve());
  return { read: read.promise, release: released.resolve, count: () => count };
}

/** Has the page read its list again, as for somebody who comes back to it after a while. */
async function comeBack(page: Page): Promise<void> {
  await page.clock.setFixedTime(Date.now() + 30_000);
  await wake(page);
}

describe("an answer to the list that a change has overtaken", () => {
  test("doesn't hide a task that was added while the list was being read for the first time", async ({
    page,
    person,
  }) => {
    const list = await holdNextList(page);
    await visit(page, person);
    await list.read;
    const answered = page.waitForResponse((response) =>
      Boolean(response.request().postData()?.includes("TaskMutations_Create")),
    );
    await addField(page).fill("Wind the clock");
    await addField(page).press("Enter");
    await (await answered).finished();
    list.release();
    await checkBox(page, "Wind the clock").waitFor();
    await seeTitles(page, ["Wind the clock"]);
  });

  test("takes back nothing that was changed meanwhile, and what came from elsewhere is shown", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "Draw a map" });
    await tasks.add({ title: "Set the alarm" });
    await visit(page, person);
    await seeTitles(page, ["Set the alarm", "Draw a map"]);
    await tasks.add({ title: "From elsewhere" });
    const list = await holdNextList(page);
    await comeBack(page);
    await list.read;
    await addTask(page, "Wind the clock");
    await press(page, 'Delete "Set the alarm"');
    await seeTitles(page, ["Wind the clock", "Draw a map"]);
    await eventually(() => tasks.titles()).not.toContain("Set the alarm");
    list.release();
    await seeTitles(page, ["Wind the clock", "From elsewhere", "Draw a map"]);
    await seeText(page, "3 open tasks");
    await addTask(page, "Water the plants");
    await seeTitles(page, ["Water the plants", "Wind the clock", "From elsewhere", "Draw a map"]);
    expect(list.count(), "what no change has overtaken is read once").toBe(2);
  });
});
