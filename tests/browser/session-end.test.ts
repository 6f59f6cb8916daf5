import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  notesField,
  openTask,
  seeText,
  seeTitles,
  signIn,
  signOut,
  visit,
} from "./web-client.ts";

const ended = "Your session has ended. Sign in again to go on.";

describe("a session", () => {
  test("that the server has ended leads to the sign-in page, which says so, and back", async ({
    page,
    person,
    server,
    watch,
  }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    await server.admin.query("DELETE FROM sessions USING users WHERE user_id = users.id AND email = $1", [
      person.email,
    ]);
    watch.allowFailedRequests();
    await addField(page).fill("Set the alarm");
    await addField(page).press("Enter");
    await seeText(page.getByRole("status"), ended);
    expect(await page.locator("body").innerText()).not.toContain("Wind the clock");
    await signIn(page, person);
    await seeTitles(page, ["Wind the clock"]);
    expect(await page.getByText(ended).count()).toBe(0);
    await signOut(page);
    expect(await page.getByText(ended).count()).toBe(0);
  });

  test("that was not used for too long leads there", async ({ page, person, clock, watch }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    watch.allowFailedRequests();
    clock.ahead = 31 * 24 * 60 * 60 * 1000;
    try {
      await page.getByText("Done", { exact: true }).click();
      await seeText(page, ended);
      await page.reload();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
    } finally {
      clock.ahead = 0;
    }
  });

  test("that ends in one tab ends in the others, which say so", async ({ page, person }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    const other = await page.context().newPage();
    await other.goto("/?show=all");
    await openTask(other, "Wind the clock");
    await signOut(page);
    await seeText(other, "You were signed out in another tab.");
    expect(await other.locator("body").innerText()).not.toContain("Wind the clock");
    expect(new URL(other.url()).search).toBe("");
    expect(await page.getByText("in another tab").count()).toBe(0);

    await signIn(page, person);
    await seeTitles(other, ["Wind the clock"]);
  });

  test("keeps what was typed last, though one signs out right after", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Wind the clock" });
    await visit(page, person);
    await openTask(page, "Wind the clock");
    await notesField(page).fill("Every Sunday");
    await signOut(page);
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Every Sunday" });
  });

  test("keeps what was typed last in another tab, too", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Wind the clock" });
    await visit(page, person);
    const other = await page.context().newPage();
    await other.goto("/");
    await openTask(other, "Wind the clock");
    await notesField(other).fill("Every Sunday");
    await signOut(page);
    await seeText(other, "You were signed out in another tab.");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Every Sunday" });
  });

  test("begins at the task that one wanted to see", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Wind the clock", description: "Every Sunday" });
    await page.goto(`/?show=all&task=${encodeURIComponent(id)}`);
    await signIn(page, person);
    await eventually(() => notesField(page).inputValue()).toBe("Every Sunday");
  });
});
