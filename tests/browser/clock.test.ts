import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { chooseInAccount, openTask, press, seeText, visit } from "./web-client.ts";

/** What the page is told when somebody comes back to it. */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event("focus")));
}

/** The list says of this task that it is due so. */
async function seeDue(page: Page, title: string, words: string, urgency: string): Promise<void> {
  const label = page.locator("[data-task]", { hasText: title }).locator("[data-urgency]");
  await eventually(async () => [await label.textContent(), await label.getAttribute("data-urgency")]).toEqual(
    [words, urgency],
  );
}

describe("in a page that stays open", () => {
  // The second has no midnight: its clocks go from 23:59 to 01:00.
  for (const { timezoneId, before } of [
    { timezoneId: "Europe/Berlin", before: "2026-09-04T21:57:00Z" },
    { timezoneId: "America/Santiago", before: "2026-09-06T03:57:00Z" },
  ]) {
    test(`days turn over at midnight in ${timezoneId}, and are chosen as they are then`, async ({
      open,
      person,
    }) => {
      const tasks = createTaskApi(person);
      const today = Temporal.Instant.from(before).toZonedDateTimeISO(timezoneId).toPlainDate();
      const on = (days: number) => ({ date: today.add({ days }).toString() });
      await tasks.add({ title: "Now", due: on(0) });
      await tasks.add({ title: "Next", due: on(1) });
      const { id } = await tasks.add({ title: "Some day" });
      const page = await open({ timezoneId });
      await page.clock.install({ time: before });
      await visit(page, person);
      await openTask(page, "Some day");
      await seeDue(page, "Now", "Today", "today");
      await seeDue(page, "Next", "Tomorrow", "later");

      await page.clock.fastForward("05:00");
      await seeDue(page, "Now", "Overdue · Yesterday", "overdue");
      await seeDue(page, "Next", "Today", "today");
      await press(page, "Tomorrow");
      await eventually(() => tasks.get(id)).toMatchObject({ due: on(2) });
      await seeDue(page, "Some day", "Tomorrow", "later");
      expect(await page.getByRole("button", { name: "Tomorrow", pressed: true }).count()).toBe(1);
    });
  }

  test("a day is the one that it is at the click, even if the page has slept over midnight", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Mow", due: { date: "2026-03-10" } });
    await page.clock.setFixedTime("2026-03-10T22:57:00Z");
    await visit(page, person);
    await openTask(page, "Mow");
    await seeDue(page, "Mow", "Today", "today");
    for (const { name, now, date } of [
      { name: "Today", now: "2026-03-11T02:00:00Z", date: "2026-03-11" },
      { name: "Tomorrow", now: "2026-03-12T02:00:00Z", date: "2026-03-13" },
      // On a Sunday, and then on the Monday after it.
      { name: "Next week", now: "2026-03-15T02:00:00Z", date: "2026-03-16" },
      { name: "Next week", now: "2026-03-16T02:00:00Z", date: "2026-03-23" },
    ]) {
      await page.clock.setFixedTime(now);
      await press(page, name);
      await eventually(() => tasks.get(id)).toMatchObject({ due: { date } });
    }
    await comeBack(page);
    await seeDue(page, "Mow", "23 Mar", "later");
    await page.clock.setFixedTime("2026-03-24T02:00:00Z");
    await comeBack(page);
    await seeDue(page, "Mow", "Overdue · Yesterday", "overdue");
  });

  test("a token has expired from the moment on that it does", async ({ page, person }) => {
    await visit(page, person, "/");
    await chooseInAccount(page, "Settings");
    await page.getByRole("link", { name: "Personal tokens", exact: true }).click();
    await press(page, "New token");
    await page.getByLabel("Name", { exact: true }).fill("Backup");
    await page.getByText("30 days", { exact: true }).click();
    await press(page, "Make the token");
    await seeText(page, /Expires .* Never used/);
    await page.clock.setFixedTime(Date.now() + 31 * 86_400_000);
    await comeBack(page);
    await seeText(page, /Expired .* Never used/);
  });

  test("words and times follow the device to another time zone", async ({ open, person }) => {
    const tasks = createTaskApi(person);
    const due = { date: "2026-11-27", time: "23:00", timeZone: "America/New_York" };
    await tasks.add({ title: "Call", due });
    const { id } = await tasks.add({ title: "Land" });
    // Without a zone of its context's, which would be there for good.
    const page = await open({ timezoneId: "" });
    const device = await page.context().newCDPSession(page);
    const setZone = (timezoneId: string) => device.send("Emulation.setTimezoneOverride", { timezoneId });
    await setZone("America/New_York");
    await page.clock.setFixedTime("2026-11-27T20:00:00Z");
    await visit(page, person);
    await seeDue(page, "Call", "Today, 23:00", "today");
    await openTask(page, "Land");
    const created = page.getByText(/^Created /);
    const before = await created.textContent();

    await setZone("Asia/Tokyo");
    await comeBack(page);
    await seeDue(page, "Call", "Today, 13:00 (Fri 23:00 New York)", "today");
    await eventually(() => created.textContent()).not.toBe(before);
    await press(page, "Today");
    await page.getByLabel("Due time (optional)").fill("18:15");
    await page.getByLabel("Due time (optional)").press("Enter");
    await eventually(() => tasks.get(id)).toMatchObject({
      due: { date: "2026-11-28", time: "18:15", timeZone: "Asia/Tokyo" },
    });
  });
});

test("a time in another zone is told by the reader's own day and clock", async ({ page, person }) => {
  const tasks = createTaskApi(person);
  const at = (timeZone: string, date: string, time: string) => ({ due: { date, time, timeZone } });
  await tasks.add({ title: "Tokyo", ...at("Asia/Tokyo", "2026-11-28", "01:00") });
  await tasks.add({ title: "Honolulu", ...at("Pacific/Honolulu", "2026-11-27", "23:00") });
  await tasks.add({ title: "Paris", ...at("Europe/Paris", "2026-11-28", "12:00") });
  await page.clock.setFixedTime("2026-11-28T07:00:00Z");
  await visit(page, person);
  await seeDue(page, "Tokyo", "Overdue · Yesterday, 17:00 (Sat 01:00 Tokyo)", "overdue");
  await seeDue(page, "Honolulu", "Today, 10:00 (Fri 23:00 Honolulu)", "today");
  await seeDue(page, "Paris", "Today, 12:00 (Paris)", "today");
});

test("one's own zone is one zone, by whichever name it was stored", async ({ open, person }) => {
  const tasks = createTaskApi(person);
  const due = { date: "2026-11-28", time: "09:30" };
  const stored = await tasks.add({ title: "Chai", due: { ...due, timeZone: "Asia/Calcutta" } });
  await tasks.add({ title: "Lassi", due: { ...due, timeZone: "Asia/Kolkata" } });
  const fresh = await tasks.add({ title: "New", due: { date: "2026-11-28" } });
  const page = await open({ timezoneId: "Asia/Kolkata" });
  await page.clock.setFixedTime("2026-11-27T12:00:00Z");
  await visit(page, person);
  for (const title of ["Chai", "Lassi"]) await seeDue(page, title, "Tomorrow, 09:30", "later");

  await openTask(page, "Chai");
  const field = page.getByRole("combobox", { name: "Time zone" });
  expect(await field.inputValue()).toBe("Asia/Kolkata (Calcutta)");
  for (const typed of ["kolkata", "asia/calcutta", "calcutta"]) {
    await field.fill(typed);
    await eventually(() => page.getByRole("option").allTextContents()).toEqual(["Asia/Kolkata (Calcutta)"]);
  }
  await page.getByRole("option").click();
  await field.fill("ho_chi");
  await page.getByRole("option", { name: "Asia/Ho Chi Minh (Saigon)" }).click();
  await eventually(() => tasks.get(stored.id)).toMatchObject({
    due: { timeZone: "Asia/Ho_Chi_Minh" },
    version: 2,
  });

  await openTask(page, "New");
  await page.getByLabel("Due time (optional)").fill("08:00");
  await page.getByLabel("Due time (optional)").press("Enter");
  await seeText(page.locator("[data-task]", { hasText: "New" }), "Tomorrow, 08:00");
  await eventually(() => tasks.get(fresh.id)).toMatchObject({ due: { timeZone: "Asia/Kolkata" } });
});
