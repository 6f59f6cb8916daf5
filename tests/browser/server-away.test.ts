import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  checkBox,
  fillSignIn,
  notesField,
  openTask,
  press,
  seeText,
  seeTitles,
  titleField,
  visit,
} from "./web-client.ts";

const away = "The server can’t be reached. Trying again by itself; what you type stays here.";
const paths = /\/(graphql|ready)$/;

/**
 * From now on the page reaches no server.
 * @param noticed when the requests fail; at once if it isn't given
 */
async function takeServerAway(page: Page, noticed?: Promise<void>): Promise<void> {
  await page.route(paths, async (route) => {
    await noticed;
    await route.abort("connectionrefused");
  });
}

async function bringServerBack(page: Page): Promise<void> {
  await page.unroute(paths);
  const isBack = eventually(() => page.getByText(away).count()).toBe(0);
  // The page may find out by itself before the button is pressed.
  await Promise.race([press(page, "Try now"), isBack]);
  await isBack;
}

describe("while the server is away", () => {
  test("what one adds stays, and is added when one says so once it is back", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    await visit(page, person);
    await addTask(page, "First");
    watch.allowFailedRequests();
    const { promise: noticed, resolve: notice } = Promise.withResolvers<void>();
    await takeServerAway(page, noticed);
    for (const title of ["Second", "Third"]) {
      await addField(page).fill(title);
      await addField(page).press("Enter");
    }
    await addField(page).fill("Fourth, half typ");
    notice();
    await seeText(page, away);
    const unsent = page.getByRole("alert").filter({ hasText: "Not added yet" });
    await eventually(() => unsent.getByRole("listitem").allTextContents()).toEqual(["Second", "Third"]);
    await seeTitles(page, ["First"]);

    await bringServerBack(page);
    await press(page, "Add them again");
    await seeTitles(page, ["Third", "Second", "First"]);
    expect(await unsent.count()).toBe(0);
    expect(await addField(page).inputValue()).toBe("Fourth, half typ");
    await addField(page).press("Enter");
    await seeTitles(page, ["Fourth, half typ", "Third", "Second", "First"]);
    // What is on the page already may be on its way.
    await eventually(() => tasks.titles()).toHaveLength(4);
  });

  test("the title comes back into the empty line, and Enter sends it again", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    await visit(page, person);
    await seeText(page, "No tasks yet");
    watch.allowFailedRequests();
    await takeServerAway(page);
    await addField(page).fill("Only one");
    await addField(page).press("Enter");
    await seeText(page, "The server can’t be reached. Press Enter to try again.");
    expect(await addField(page).inputValue()).toBe("Only one");
    await bringServerBack(page);
    await addField(page).press("Enter");
    await seeTitles(page, ["Only one"]);
    await eventually(() => tasks.titles()).toEqual(["Only one"]);
  });

  test("edits stay in their fields and are saved by themselves when it is back", async ({
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
    await titleField(page).fill("Draw a big map");
    await titleField(page).press("Enter");
    await seeText(page, "It will be saved when the server is back.");
    await notesField(page).fill("With mountains");
    await notesField(page).blur();
    await press(page, "Tomorrow");
    await page.getByText("High", { exact: true }).click();
    await eventually(() => page.getByText("It will be saved when the server is back.").count()).toBe(4);
    await seeTitles(page, ["Draw a map"]);

    await bringServerBack(page);
    await eventually(() => tasks.get(id)).toMatchObject({
      title: "Draw a big map",
      description: "With mountains",
      priority: "HIGH",
      due: { time: null },
    });
    await seeTitles(page, ["Draw a big map"]);
    await eventually(() => page.getByRole("alert").count()).toBe(0);
  });

  test("completing and deleting are taken back, and the page says why", async ({ page, person, watch }) => {
    const tasks = createTaskApi(person);
    for (const title of ["Stay", "Stand"]) await tasks.add({ title });
    await visit(page, person);
    await seeTitles(page, ["Stand", "Stay"]);
    watch.allowFailedRequests();
    await takeServerAway(page);
    await checkBox(page, "Stay").click();
    await seeText(page.getByRole("alert"), "Couldn’t complete “Stay”. The server can’t be reached.");
    await press(page, 'Delete "Stand"');
    await seeText(page.getByRole("alert"), "Couldn’t delete “Stand”. The server can’t be reached.");
    await seeTitles(page, ["Stand", "Stay"]);
    await seeText(page, "2 open tasks");
    await eventually(() => page.getByRole("button", { name: "Undo" }).count()).toBe(0);
  });

  test("a search and another order say so instead of showing other tasks, and work once it is back", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    for (const title of ["Oak", "Beech"]) await tasks.add({ title });
    await visit(page, person);
    await seeTitles(page, ["Beech", "Oak"]);
    watch.allowFailedRequests();
    await takeServerAway(page);
    await page.getByRole("textbox", { name: "Search tasks" }).fill("oak");
    await seeText(page.getByRole("alert"), "Your tasks couldn’t be loaded");
    await seeTitles(page, []);
    await bringServerBack(page);
    await seeTitles(page, ["Oak"]);
  });

  test("the page opens with a line that says so, and fills by itself", async ({ page, person, watch }) => {
    await createTaskApi(person).add({ title: "Oak" });
    await visit(page, person);
    await seeTitles(page, ["Oak"]);
    watch.allowFailedRequests();
    await takeServerAway(page);
    await page.reload();
    await seeText(page, "Your tasks couldn’t be loaded");
    await page.unroute(paths);
    await seeTitles(page, ["Oak"]);
    await eventually(() => page.getByText(away).count()).toBe(0);
  });

  test("signing in says so and keeps what was typed", async ({ page, person, watch }) => {
    watch.allowFailedRequests();
    await page.goto("/");
    await takeServerAway(page);
    await fillSignIn(page, { email: person.email, password: "plum tomato sandwich" });
    await press(page, "Sign in");
    await seeText(page.getByRole("alert"), "The server can’t be reached.");
    await page.unroute(paths);
    await press(page, "Sign in");
    await seeText(page, "No tasks yet");
  });
});

test("a server whose database is away is told from one that is gone", async ({ page, person, watch }) => {
  await visit(page, person);
  // An answer from before would say that it is back.
  await seeText(page, "No tasks yet");
  watch.allowFailedRequests();
  const errors = [{ message: "Not now.", extensions: { code: "SERVICE_UNAVAILABLE" } }];
  await page.route(paths, (route) => route.fulfill({ status: 503, json: { errors } }));
  await addField(page).fill("Wait");
  await addField(page).press("Enter");
  await seeText(
    page,
    "The server is busy or its database is away. Try again in a moment. Press Enter to try again.",
  );
  await bringServerBack(page);
  await addField(page).press("Enter");
  await seeTitles(page, ["Wait"]);
});
