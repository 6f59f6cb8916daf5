import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  notesField,
  openTask,
  press,
  seeText,
  seeTitles,
  signIn,
  signOut,
  titleField,
  visit,
} from "./web-client.ts";

const kept = "Your session has ended. Sign in again to go on. What you typed is kept.";
const before = "You typed this before, and it isn’t saved yet.";
const long = "All that was said at the meeting, and more. ".repeat(50);

/** Ends somebody's sessions in all browsers, from elsewhere. */
async function endSessions(person: Person): Promise<void> {
  const answer = await person.data("mutation { revokeOtherSessions { __typename } }");
  expect(answer.revokeOtherSessions.__typename).toBe("RevokeOtherSessionsPayload");
}

/** Everything that the browser keeps for this origin and that outlives the page, as one text. */
async function readStorage(page: Page): Promise<string> {
  return await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]),
  );
}

describe("what was typed when the session ended", () => {
  test("is there again for the same person, in its fields, and saved when one says so", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Write the minutes" });
    await visit(page, person);
    await addField(page).fill("Send them round");
    await openTask(page, "Write the minutes");
    await endSessions(person);
    watch.allowFailedRequests();
    await notesField(page).fill(long);
    await notesField(page).blur();
    await seeText(page.getByRole("status"), kept);
    expect(await page.content()).not.toContain("said at the meeting");
    expect(await readStorage(page)).not.toContain("said at the meeting");

    await signIn(page, person);
    await eventually(() => notesField(page).inputValue()).toBe(long);
    expect(await addField(page).inputValue()).toBe("Send them round");
    await seeText(page, before);
    expect(await tasks.get(id)).toMatchObject({ description: null });
    await press(page, "Save it");
    await eventually(() => tasks.get(id)).toMatchObject({ description: long });
    await eventually(() => page.getByText(before).count()).toBe(0);
    await addField(page).press("Enter");
    await seeTitles(page, ["Send them round", "Write the minutes"]);
    expect(await page.getByText("Not saved yet").count()).toBe(0);
  });

  test("is there when it was sent and never answered, and what is not the open task's is marked in the list", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    for (const title of ["First", "Second"]) await tasks.add({ title });
    await visit(page, person);
    await openTask(page, "First");
    await endSessions(person);
    watch.allowFailedRequests();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/graphql", async (route) => {
      await released;
      await route.continue();
    });
    await notesField(page).fill("Of the first");
    await openTask(page, "Second");
    for (const title of ["One more", "And one more"]) {
      await addField(page).fill(title);
      await addField(page).press("Enter");
    }
    release();
    await seeText(page.getByRole("status"), kept);
    await page.unroute("**/graphql");

    await signIn(page, person);
    await eventually(() => titleField(page).inputValue()).toBe("Second");
    await eventually(() => addField(page).inputValue()).toBe("And one more");
    const unsent = page.getByRole("alert").filter({ hasText: "Not added yet" });
    await eventually(() => unsent.getByRole("listitem").allTextContents()).toEqual(["One more"]);
    await seeText(page.locator("[data-task]", { hasText: "First" }), "Not saved yet");
    await openTask(page, "First");
    expect(await notesField(page).inputValue()).toBe("Of the first");
    await press(page.getByRole("complementary"), "Discard");
    await eventually(() => notesField(page).inputValue()).toBe("");
    await eventually(() => page.getByText("Not saved yet").count()).toBe(0);
    await press(page, "Add them again");
    await eventually(() => tasks.titles()).toContain("One more");
  });

  test("doesn't take the place of what is newer: one sees both and chooses", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Write the minutes" });
    await visit(page, person);
    await openTask(page, "Write the minutes");
    await notesField(page).fill("Mine");
    await tasks.change({ id, description: "Bo’s" });
    await endSessions(person);
    watch.allowFailedRequests();
    await notesField(page).blur();
    await seeText(page, kept);
    await signIn(page, person);
    const trouble = page.getByRole("complementary").getByRole("alert");
    await seeText(trouble, "Bo’s");
    await notesField(page).click();
    await titleField(page).click();
    expect(await notesField(page).inputValue()).toBe("Mine");
    expect(await tasks.get(id)).toMatchObject({ description: "Bo’s" });
    await press(page, "Keep mine");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Mine" });
  });

  test("is there to be taken elsewhere where its task is gone", async ({ page, person, watch }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Write the minutes" });
    await visit(page, person);
    await openTask(page, "Write the minutes");
    await notesField(page).fill("All of it");
    await tasks.remove(id);
    await endSessions(person);
    watch.allowFailedRequests();
    await notesField(page).blur();
    await seeText(page, kept);
    await signIn(page, person);
    await seeText(page, "This task is gone");
    const text = page.getByRole("region", { name: "Notes, as you typed it" });
    await seeText(text, "All of it");
    await press(text, "Discard");
    await eventually(() => text.count()).toBe(0);
  });

  test("is gone for somebody else, in every tab, and for the same person after them", async ({
    page,
    person,
    server,
    watch,
  }) => {
    const other = await signUp(server, "other");
    await createTaskApi(person).add({ title: "Write the minutes" });
    await visit(page, person);
    const tab = await page.context().newPage();
    await tab.goto("/");
    await openTask(tab, "Write the minutes");
    await notesField(tab).fill("A secret of mine");
    await endSessions(person);
    watch.allowFailedRequests();
    // What is behind another tab is drawn once a second.
    await page.bringToFront();
    await addField(page).fill("Another secret");
    await addField(page).press("Enter");
    for (const each of [page, tab]) await seeText(each, kept);

    await signIn(page, other);
    await addField(tab).waitFor();
    for (const each of [page, tab]) {
      await seeText(each, "No tasks yet");
      expect(await addField(each).inputValue()).toBe("");
      expect((await each.content()) + (await readStorage(each))).not.toContain("secret");
    }
    await signOut(page);
    await signIn(page, person);
    await openTask(page, "Write the minutes");
    expect([await addField(page).inputValue(), await notesField(page).inputValue()]).toEqual(["", ""]);
  });

  test("is given up by signing out", async ({ page, person }) => {
    await visit(page, person);
    await addField(page).fill("Never mind");
    await signOut(page);
    expect(await page.getByText("What you typed is kept").count()).toBe(0);
    expect(await readStorage(page)).not.toContain("Never mind");
    await signIn(page, person);
    expect(await addField(page).inputValue()).toBe("");
  });

  test("is there in the settings as well, but for passwords", async ({ page, person, watch }) => {
    await visit(page, person);
    await page.goto("/settings/profile");
    await page.getByRole("textbox", { name: "Name" }).fill("Ada the Great");
    await press(page, "Change the address");
    await page.getByLabel("New e-mail address").fill("ada@example.org");
    await page.getByLabel("Your password", { exact: true }).fill("plum tomato sandwich");
    await endSessions(person);
    watch.allowFailedRequests();
    await press(page, "Save the name");
    await seeText(page, kept);
    await page.getByLabel("E-mail").fill(person.email);
    await page.getByLabel("Password", { exact: true }).fill("plum tomato sandwich");
    await press(page, "Sign in");
    await eventually(() => page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Ada the Great");
    expect(await page.getByLabel("New e-mail address").inputValue()).toBe("ada@example.org");
    expect(await page.getByLabel("Your password", { exact: true }).inputValue()).toBe("");
    await press(page, "Save the name");
    await seeText(page, "Your name is saved.");
  });
});

describe("what isn't saved", () => {
  test("outlives a reload of the page, and lies in no storage while a page shows it", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Write the minutes" });
    await visit(page, person);
    await openTask(page, "Write the minutes");
    watch.allowFailedRequests();
    await page.route(/\/(graphql|ready)$/, (route) => route.abort("connectionrefused"));
    await notesField(page).fill("Typed on a train");
    await notesField(page).blur();
    await seeText(page, "It will be saved when the server is back.");
    await addField(page).fill("Change at Ulm");
    await page.unroute(/\/(graphql|ready)$/);
    await page.reload();
    await eventually(() => notesField(page).inputValue()).toBe("Typed on a train");
    expect(await addField(page).inputValue()).toBe("Change at Ulm");
    expect(await readStorage(page)).not.toMatch(/train|Ulm/);
    await press(page, "Save it");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Typed on a train" });
  });

  test("outlives the panel that it was typed into, and is saved when that is opened again", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Write the minutes" });
    await visit(page, person);
    await openTask(page, "Write the minutes");
    watch.allowFailedRequests();
    await page.route(/\/(graphql|ready)$/, (route) => route.abort("connectionrefused"));
    await notesField(page).fill("Typed on a train");
    await page.getByRole("complementary").getByRole("button", { name: "Close" }).click();
    await seeText(page, "What you typed is kept: open the task to go on.");
    await seeText(page.locator("[data-task]"), "Not saved yet");
    await page.unroute(/\/(graphql|ready)$/);
    await eventually(() => page.getByText("Trying again by itself").count()).toBe(0);
    await openTask(page, "Write the minutes");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Typed on a train" });
    await eventually(() => page.getByText("Not saved yet").count()).toBe(0);
  });
});
