import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  endSessions,
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
    await endSessions(server, person);
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

  test("that the server refuses to end is not shown as ended, nor after a reload, until it is", async ({
    page,
    person,
    server,
    watch,
  }) => {
    const kept = /the server refused to end your session/;
    const sessions = async () => {
      const text = "SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1";
      return (await server.admin.query(text, [person.email])).rowCount;
    };
    await visit(page, person);
    const before = await sessions();
    watch.allowFailedRequests();
    const errors = [{ message: "No.", extensions: { code: "CSRF" } }];
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("Renewal_Logout"))
        await route.fulfill({ status: 403, json: { errors } });
      else await route.continue();
    });
    await signOut(page);
    await seeText(page.getByRole("status"), kept);
    await seeText(page.getByRole("status"), /sign in and look under Sessions in the settings/);
    await page.reload();
    await seeText(page.getByRole("status"), kept);
    expect(await sessions()).toBe(before);
    await page.unroute("**/graphql");
    await page.reload();
    await eventually(sessions).toBe(Number(before) - 1);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await eventually(() => page.getByText(kept).count()).toBe(0);
  });
});
