import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { notesField, openTask, press, seeText, sendOn, titleField, visit } from "./web-client.ts";

// 10:30 in Berlin on a Tuesday.
const now = "2026-03-10T09:30:00Z";

describe("a task's details", () => {
  test("keep a title on Enter and notes on leaving them, as they were typed", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Post the letter" });
    await visit(page, person);
    await openTask(page, "Post the letter");

    await titleField(page).fill("  Post the long letter ");
    await titleField(page).press("Enter");
    await eventually(() => tasks.get(id)).toMatchObject({ title: "Post the long letter" });
    await eventually(() => titleField(page).inputValue()).toBe("Post the long letter");

    const notes = "  Before 5 pm.\n\n\t- 3 stamps\n- an envelope  ";
    await notesField(page).fill(notes);
    await notesField(page).blur();
    await eventually(() => tasks.get(id)).toMatchObject({ description: notes });

    await notesField(page).fill("Never mind");
    await notesField(page).press("Control+Enter");
    await eventually(() => tasks.get(id)).toMatchObject({ description: "Never mind" });

    await notesField(page).fill("");
    await notesField(page).blur();
    await eventually(() => tasks.get(id)).toMatchObject({ description: null });
    await page.reload();
    await eventually(() => titleField(page).inputValue()).toBe("Post the long letter");
    expect(await notesField(page).inputValue()).toBe("");
  });

  test("take back what was typed on Escape, and close on the next", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const before = await tasks.add({ title: "Post the letter", description: "Before five" });
    await visit(page, person);
    await openTask(page, "Post the letter");

    await titleField(page).fill("Burn the letter");
    await titleField(page).press("Escape");
    expect(await titleField(page).inputValue()).toBe("Post the letter");
    await notesField(page).fill("After five");
    await notesField(page).press("Escape");
    expect(await notesField(page).inputValue()).toBe("Before five");
    await notesField(page).press("Escape");
    await titleField(page).waitFor({ state: "detached" });
    expect(await tasks.get(before.id)).toEqual(before);
  });

  test("set a day with one click, and another, and none", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Mow the lawn" });
    await page.clock.setFixedTime(now);
    await visit(page, person);
    await openTask(page, "Mow the lawn");
    const row = page.locator("[data-task]");

    const days = [
      { name: "Today", date: "2026-03-10", words: "Today" },
      { name: "Tomorrow", date: "2026-03-11", words: "Tomorrow" },
      { name: "Next week", date: "2026-03-16", words: "Monday" },
    ];
    for (const { name, date, words } of days) {
      await press(page, name);
      await seeText(row, words);
      await eventually(() => tasks.get(id)).toMatchObject({ due: { date, time: null, timeZone: null } });
    }
    await press(page, "No date");
    await eventually(() => tasks.get(id)).toMatchObject({ due: null });
    expect(await row.textContent()).toBe("Mow the lawn");
  });

  test("set a date and a time in a zone", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Call Tokyo" });
    await page.clock.setFixedTime(now);
    await visit(page, person);
    await openTask(page, "Call Tokyo");
    const row = page.locator("[data-task]");

    await page.getByLabel("Due date").fill("2026-04-02");
    await page.getByLabel("Due date").blur();
    await eventually(() => tasks.get(id)).toMatchObject({ due: { date: "2026-04-02", time: null } });
    await page.getByLabel("Due time (optional)").fill("08:15");
    await page.getByLabel("Due time (optional)").press("Enter");
    await eventually(() => tasks.get(id)).toMatchObject({
      due: { time: "08:15", timeZone: "Europe/Berlin", at: "2026-04-02T06:15:00.000Z" },
    });
    await seeText(row, "2 Apr, 08:15");

    await page.getByRole("combobox", { name: "Time zone" }).fill("tokyo");
    await page.getByRole("option", { name: "Asia/Tokyo" }).click();
    await eventually(() => tasks.get(id)).toMatchObject({
      due: { time: "08:15", timeZone: "Asia/Tokyo", at: "2026-04-01T23:15:00.000Z" },
    });
    await seeText(row, "2 Apr, 01:15 (08:15 Tokyo)");

    await press(page, "No time");
    await eventually(() => tasks.get(id)).toMatchObject({
      due: { date: "2026-04-02", time: null, timeZone: null, at: null },
    });
  });

  test("keep a time that the clocks skip, and show it as when it is", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Bake bread", due: { date: "2031-03-30" } });
    await visit(page, person);
    await openTask(page, "Bake bread");
    const time = page.getByLabel("Due time (optional)");
    await time.fill("02:30");
    await time.press("Enter");
    await eventually(() => tasks.get(id)).toMatchObject({
      due: { time: "02:30", timeZone: "Europe/Berlin", at: "2031-03-30T01:30:00.000Z" },
    });
    await seeText(page.locator("[data-task]"), "30 Mar 2031, 03:30");
    expect(await time.inputValue()).toBe("02:30");
  });

  test("set a priority with one click or the arrow keys", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Fix the roof" });
    await visit(page, person);
    await openTask(page, "Fix the roof");
    const priority = page.getByRole("radiogroup", { name: "Priority" });

    await priority.getByText("High").click();
    await eventually(() => tasks.get(id)).toMatchObject({ priority: "HIGH" });
    await priority.getByRole("radio", { name: "High" }).press("ArrowRight");
    await eventually(() => tasks.get(id)).toMatchObject({ priority: "URGENT" });
    await seeText(page.locator("[data-task]"), "Urgent");
  });

  test("lose nothing when one goes on to another task, or away, without leaving the field", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    const first = await tasks.add({ title: "Sew a button" });
    const second = await tasks.add({ title: "Wash the car" });
    await visit(page, person);
    await openTask(page, "Sew a button");
    await notesField(page).fill("The blue one");
    await openTask(page, "Wash the car");
    await eventually(() => tasks.get(first.id)).toMatchObject({ description: "The blue one" });

    await titleField(page).fill("Wash both cars");
    await page.goBack();
    await titleField(page).waitFor({ state: "detached" });
    await eventually(() => tasks.get(second.id)).toMatchObject({ title: "Wash both cars" });
  });

  test("keep every one of many edits that follow each other faster than the server answers", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Plan the trip" });
    await visit(page, person);
    await openTask(page, "Plan the trip");
    await page.route("**/graphql", async (route) => {
      await sendOn(route).then((response) => route.fulfill({ response }));
    });
    const priority = page.getByRole("radiogroup", { name: "Priority" });
    for (const name of ["Low", "Medium", "High", "Urgent", "None", "High"]) {
      await priority.getByText(name, { exact: true }).click();
    }
    await titleField(page).fill("Plan the long trip");
    await titleField(page).press("Enter");
    await notesField(page).fill("By train");
    await press(page, "Mark as done");
    await eventually(() => tasks.get(id)).toMatchObject({
      title: "Plan the long trip",
      description: "By train",
      priority: "HIGH",
      completed: true,
    });
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});
