import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  collectTokens,
  endSessions,
  leaveCookie,
  notesField,
  openTask,
  seeText,
  seeTitles,
  signIn,
  visit,
} from "./web-client.ts";

const replaced = /Somebody else’s session had taken the place of yours in this browser, and was ended/;

async function countSessions(server: TestServer, { email }: Person): Promise<number> {
  const text = "SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1";
  return (await server.admin.query(text, [email])).rowCount ?? 0;
}

/** Somebody who has had their own session's cookie set in another's browser, with a task to look at. */
async function plant(page: Page, server: TestServer): Promise<Person> {
  const stranger = await signUp(server, "stranger");
  await createTaskApi(stranger).add({ title: "Bait" });
  await leaveCookie(page, stranger);
  expect(await countSessions(server, stranger)).toBe(2);
  return stranger;
}

/** Nobody is signed in, nothing of the stranger's is shown, and the session that was planted is worth nothing. */
async function seeEnded(page: Page, server: TestServer, stranger: Person): Promise<void> {
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.locator("body").innerText()).not.toContain("Bait");
  await eventually(() => countSessions(server, stranger)).toBe(1);
  const notes = await page.evaluate(() => JSON.stringify(localStorage));
  expect(notes).not.toContain("signedIn");
  await eventually(() => page.evaluate(() => JSON.stringify(localStorage))).not.toContain("signingOut");
  expect(await createTaskApi(stranger).titles()).toEqual(["Bait"]);
}

describe("another user's session in the place of one's own", () => {
  test("is ended at the next start of the page, which says so", async ({ page, person, server }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    const stranger = await plant(page, server);
    const other = await page.context().newPage();
    await page.reload();
    await seeText(page.getByRole("status"), replaced);
    await seeEnded(page, server, stranger);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, person);
    await seeTitles(page, ["Wind the clock"]);
    await other.goto("/");
    await seeTitles(other, ["Wind the clock"]);
  });

  test("gets nothing of what was about to be saved, which is there for its author", async ({
    page,
    person,
    server,
    watch,
  }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    await openTask(page, "Wind the clock");
    const other = await page.context().newPage();
    await other.goto("/");
    await seeTitles(other, ["Wind the clock"]);
    const stranger = await plant(page, server);
    await endSessions(server, person);
    watch.allowFailedRequests();
    const given = collectTokens(page);
    const sent: string[] = [];
    page.on("request", (request) => {
      if (given.some((token) => request.headers().authorization?.includes(token)))
        sent.push(request.postData() ?? "");
    });
    await addField(page).fill("Set the alarm");
    await notesField(page).fill("Every Sunday");
    await notesField(page).blur();
    await seeText(page.getByRole("status"), replaced);
    await seeText(other.getByRole("status"), replaced);
    await seeEnded(page, server, stranger);
    expect(given).toHaveLength(1);
    expect(sent).toEqual([]);
    await signIn(page, person);
    await eventually(() => notesField(page).inputValue()).toBe("Every Sunday");
    expect(await addField(page).inputValue()).toBe("Set the alarm");
    expect(await createTaskApi(stranger).titles()).toEqual(["Bait"]);
  });
});
