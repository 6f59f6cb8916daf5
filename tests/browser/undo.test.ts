import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { checkBox, openTask, press, seeText, seeTitles, titleField, visit } from "./web-client.ts";

const full = {
  title: "Renew the passport",
  description: "Two photos.\n\nThe old one too.",
  due: { date: "2031-05-06", time: "11:45", timeZone: "America/New_York" },
  priority: "HIGH",
};

describe("undo", () => {
  test("reopens what was completed, in its old place", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "Oil the hinges" });
    const { id } = await tasks.add(full);
    await tasks.add({ title: "Sweep the stairs" });
    await visit(page, person);

    await checkBox(page, full.title).click();
    await seeTitles(page, ["Sweep the stairs", "Oil the hinges"]);
    await seeText(page, "2 open tasks");
    await eventually(() => tasks.get(id)).toMatchObject({ completed: true });
    await press(page, "Undo");
    await seeTitles(page, ["Sweep the stairs", full.title, "Oil the hinges"]);
    await seeText(page, "3 open tasks");
    await eventually(() => tasks.get(id)).toMatchObject({ ...full, completed: false, completedAt: null });
  });

  test("brings back a deleted task exactly, in its old place", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "Oil the hinges" });
    const before = await tasks.add(full);
    await tasks.add({ title: "Sweep the stairs" });
    await visit(page, person);

    await press(page, `Delete "${full.title}"`);
    await seeTitles(page, ["Sweep the stairs", "Oil the hinges"]);
    await eventually(() => tasks.get(before.id)).toBeNull();
    await press(page, "Undo");
    await seeTitles(page, ["Sweep the stairs", full.title, "Oil the hinges"]);
    await eventually(() => tasks.get(before.id)).toEqual(before);
    await page.reload();
    await seeTitles(page, ["Sweep the stairs", full.title, "Oil the hinges"]);
  });

  test("works for what was deleted in the details, and for a done task", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add(full);
    const before = await tasks.change({ id, completed: true });
    await visit(page, person);
    await page.getByText("Done", { exact: true }).click();
    await openTask(page, full.title);
    await press(page, "Delete task");
    await titleField(page).waitFor({ state: "detached" });
    await eventually(() => tasks.get(id)).toBeNull();
    await press(page, "Undo");
    await seeTitles(page, [full.title]);
    await eventually(() => tasks.get(id)).toEqual(before);
  });

  test("takes back one thing after the other, the last one first", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    for (const title of ["One", "Two", "Three"]) await tasks.add({ title });
    await visit(page, person);
    await press(page, 'Delete "One"');
    await checkBox(page, "Two").click();
    await press(page, 'Delete "Three"');
    await seeText(page, "All done");

    for (const titles of [["Three"], ["Three", "Two"], ["Three", "Two", "One"]]) {
      await page.keyboard.press("z");
      await seeTitles(page, titles);
    }
    await page.keyboard.press("z");
    await page.reload();
    await seeTitles(page, ["Three", "Two", "One"]);
  });

  test("is there even before the server has answered", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const before = await tasks.add(full);
    await visit(page, person);
    await seeTitles(page, [full.title]);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/graphql", async (route) => {
      await held;
      await route.continue();
    });
    await press(page, `Delete "${full.title}"`);
    await seeTitles(page, []);
    await press(page, "Undo");
    release();
    await seeTitles(page, [full.title]);
    await page.reload();
    await seeTitles(page, [full.title]);
    expect(await tasks.get(before.id)).toEqual(before);
  });
});
