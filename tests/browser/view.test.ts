import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  checkBox,
  openTask,
  press,
  seeText,
  seeTitles,
  titleField,
  visit,
} from "./web-client.ts";

describe("the list", () => {
  test("is filtered and searched by what the address says, through reloads and the back button", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "Buy 100% rye bread" });
    await tasks.add({ title: "Bake", description: "Bread with RYE, and 100 seeds" });
    const { id } = await tasks.add({ title: "Order rye flour" });
    await tasks.change({ id, completed: true });
    await visit(page, person);
    await seeTitles(page, ["Bake", "Buy 100% rye bread"]);

    await page.getByText("All", { exact: true }).click();
    await page.getByRole("textbox", { name: "Search tasks" }).fill("rye");
    await seeTitles(page, ["Order rye flour", "Bake", "Buy 100% rye bread"]);
    await seeText(page, "3 tasks with “rye”");
    await page.getByRole("textbox", { name: "Search tasks" }).fill("100% RYE");
    await seeTitles(page, ["Buy 100% rye bread"]);
    await eventually(() => new URL(page.url()).search).toBe("?show=all&q=100%25+RYE");

    await page.reload();
    await seeTitles(page, ["Buy 100% rye bread"]);
    expect(await page.getByRole("textbox", { name: "Search tasks" }).inputValue()).toBe("100% RYE");
    expect(await page.getByRole("radio", { name: "All" }).isChecked()).toBe(true);

    await press(page, "Clear the search");
    await page.getByText("Done", { exact: true }).click();
    await seeTitles(page, ["Order rye flour"]);
    await page.goBack();
    await seeTitles(page, ["Order rye flour", "Bake", "Buy 100% rye bread"]);
    await page.goBack();
    await seeTitles(page, ["Bake", "Buy 100% rye bread"]);
  });

  test("is ordered by what the address says, through a reload", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const [low, soon, urgent] = [
      await tasks.add({ title: "cherry", priority: "LOW", due: { date: "2031-01-02" } }),
      await tasks.add({ title: "Apple", due: { date: "2031-01-01" } }),
      await tasks.add({ title: "banana", priority: "URGENT" }),
    ].map(({ title }) => title) as [string, string, string];
    await visit(page, person);
    await seeTitles(page, [urgent, soon, low]);

    const choices = [
      { name: "Due", search: "?sort=due", titles: [soon, low, urgent] },
      { name: "Latest first", search: "?sort=due&dir=desc", titles: [low, soon, urgent] },
      { name: "Priority", search: "?sort=priority", titles: [urgent, low, soon] },
      { name: "Title", search: "?sort=title", titles: [soon, urgent, low] },
      { name: "Z to A", search: "?sort=title&dir=desc", titles: [low, urgent, soon] },
      { name: "Created", search: "", titles: [urgent, soon, low] },
      { name: "Oldest first", search: "?dir=asc", titles: [low, soon, urgent] },
    ];
    for (const { name, search, titles } of choices) {
      await page.getByRole("button", { name: /^Order:/ }).click();
      await page.getByRole("menuitemradio", { name, exact: true }).click();
      await seeTitles(page, titles);
      await eventually(() => new URL(page.url()).search).toBe(search);
    }
    await page.reload();
    await seeTitles(page, [low, soon, urgent]);
    await page.getByRole("button", { name: "Order: Created, Oldest first" }).waitFor();
  });

  test("puts a new or changed task where the order has it, and leaves out what the filter does", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    for (const title of ["alpha", "gamma"]) await tasks.add({ title });
    await visit(page, person, "/?sort=title");
    await seeTitles(page, ["alpha", "gamma"]);
    await addTask(page, "Bêta");
    await seeTitles(page, ["alpha", "Bêta", "gamma"]);
    await openTask(page, "alpha");
    await titleField(page).fill("zeta");
    await titleField(page).press("Enter");
    await seeTitles(page, ["Bêta", "gamma", "zeta"]);
    await press(page, "Close");

    await page.getByRole("textbox", { name: "Search tasks" }).fill("GAMMA");
    await seeTitles(page, ["gamma"]);
    await addField(page).fill("delta");
    await addField(page).press("Enter");
    await seeText(page, "Added to your open tasks.");
    await seeTitles(page, ["gamma"]);
    await checkBox(page, "gamma").click();
    await seeText(page, "Nothing matches");
    await press(page, "Search all tasks");
    await seeTitles(page, ["gamma"]);
    await press(page, "Clear the search");
    await seeTitles(page, ["Bêta", "delta", "gamma", "zeta"]);
    await page.reload();
    await seeTitles(page, ["Bêta", "delta", "gamma", "zeta"]);
  });

  test("opens the task that the address names, and says so when it is gone", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Paint the fence" });
    await visit(page, person);
    await openTask(page, "Paint the fence");
    const address = page.url();
    await page.reload();
    await eventually(() => titleField(page).inputValue()).toBe("Paint the fence");
    await tasks.remove(id);
    await page.goto(address);
    await seeText(page, "This task is gone");
    await press(page, "Back to the list");
    await seeText(page, "No tasks yet");
    expect(new URL(page.url()).search).toBe("");
  });

  test("says why a search that is too long for the server finds nothing", async ({ page, person, watch }) => {
    await createTaskApi(person).add({ title: "One" });
    await visit(page, person);
    watch.allowFailedRequests();
    const words = Array.from({ length: 17 }, (_, number) => `w${number}`).join(" ");
    await page.getByRole("textbox", { name: "Search tasks" }).fill(words);
    await seeText(page.getByRole("alert"), /search takes at most 16 words/);
    await page.getByRole("textbox", { name: "Search tasks" }).fill("one");
    await seeTitles(page, ["One"]);
  });
});
