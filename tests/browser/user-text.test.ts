import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  addTask,
  checkBox,
  chooseInAccount,
  openTask,
  press,
  seeText,
  visit,
} from "./web-client.ts";

const hebrew = "לקנות חלב 2%!";

/** Each would move what stands beside it, if it could. */
const unruly = [
  hebrew,
  "شراء خبز (٣)",
  "123 \u05d0",
  "\u05d0 \u2067\u202e never closed",
  "\u2069\u2069 \u05d0 ended too often",
  "\u202e\u05d0",
];

/** Waits for quotation marks around this text, one on its left and one on its right: as in any English sentence. */
async function seeQuoted(page: Page, text: string): Promise<void> {
  const places = () =>
    page.evaluate((wanted) => {
      const boxOf = (node: Node, from: number, to: number) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        return range.getBoundingClientRect();
      };
      const plain = (written: string) => written.replaceAll("\u2069", "");
      const quotes = [...document.querySelectorAll("bdi")].filter(
        (element) =>
          plain(element.textContent) === plain(wanted) && element.previousSibling?.nodeValue?.endsWith("“"),
      );
      return quotes.map((element) => {
        const [before, after] = [element.previousSibling, element.nextSibling];
        if (!before || !after) return "alone";
        const opening = boxOf(before, (before.nodeValue ?? "").length - 1, (before.nodeValue ?? "").length);
        const closing = boxOf(after, 0, 1);
        const { left, right } = element.getBoundingClientRect();
        return opening.right <= left + 1 && closing.left >= right - 1 ? "between its marks" : "out of place";
      });
    }, text);
  await eventually(async () => [...new Set(await places())]).toEqual(["between its marks"]);
}

describe("what somebody wrote", () => {
  test("leaves the words around it where they are, in every message about a task", async ({
    page,
    person,
    watch,
  }) => {
    const tasks = createTaskApi(person);
    const titles: string[] = [];
    for (const title of unruly) titles.push((await tasks.add({ title })).title);
    await visit(page, person);
    for (const title of titles) {
      await page.getByRole("textbox", { name: "Search tasks" }).fill(`${title}\u05d0 1`);
      await seeText(page, "Nothing matches");
      await seeQuoted(page, `${title}\u05d0 1`);
    }
    await page.getByRole("textbox", { name: "Search tasks" }).fill(hebrew);
    await seeText(page, /^1 open task with/);
    await seeQuoted(page, hebrew);
    await press(page, "Clear the search");

    for (const title of titles) {
      await page.getByRole("button", { name: `Delete "${title}"`, exact: true }).click();
      await seeText(page, /^Deleted/);
      await seeQuoted(page, title);
      await press(
        page
          .getByRole("status")
          .filter({ hasText: /^Deleted/ })
          .last(),
        "Undo",
      );
      await checkBox(page, title).waitFor();
    }
    watch.allowFailedRequests();
    await page.route("**/graphql", (route) => route.abort());
    await checkBox(page, hebrew).click();
    await seeText(page, /^Couldn’t complete/);
    await seeQuoted(page, hebrew);
  });

  test("runs in its own direction in every field, and where it stands alone", async ({ page, person }) => {
    const directionOf = (name: string) =>
      page.getByRole("textbox", { name, exact: true }).evaluate((field) => getComputedStyle(field).direction);
    await visit(page, person);
    for (const name of ["Add a task", "Search tasks"]) {
      const field = page.getByRole("textbox", { name, exact: true });
      // With room for the icon on its left and the button on its right, whichever way it runs.
      const roomIn = () =>
        field.evaluate((element) => {
          const { paddingLeft, paddingRight } = getComputedStyle(element);
          return [paddingLeft, paddingRight];
        });
      await field.fill("milk");
      expect(await directionOf(name)).toBe("ltr");
      const room = await roomIn();
      await field.fill(hebrew);
      expect(await directionOf(name)).toBe("rtl");
      expect(await roomIn()).toEqual(room);
      await field.fill("");
    }
    await addTask(page, hebrew);
    await openTask(page, hebrew);
    expect(await directionOf("Title")).toBe("rtl");
    await page.getByRole("textbox", { name: "Notes" }).fill(hebrew);
    expect(await directionOf("Notes")).toBe("rtl");
    await press(page, "Close");

    await chooseInAccount(page, "Settings");
    await page.getByLabel("Name", { exact: true }).fill(`${hebrew} ${hebrew} ${hebrew}`);
    expect(await directionOf("Name")).toBe("rtl");
    await press(page, "Save the name");
    const shown = page.getByRole("banner").getByText(hebrew);
    await shown.waitFor();
    expect(await shown.evaluate((name) => getComputedStyle(name).direction)).toBe("rtl");
  });

  test("stays in its place in the settings", async ({ page, person }) => {
    await visit(page, person, "/");
    await chooseInAccount(page, "Settings");
    await page.getByRole("link", { name: "Personal tokens", exact: true }).click();
    await press(page, "New token");
    await page.getByLabel("Name", { exact: true }).fill(hebrew);
    await press(page, "Make the token");
    await seeText(page, /^The token/);
    await seeQuoted(page, hebrew);
    await press(page, `Revoke the token ${hebrew}`);
    await seeText(page.getByRole("dialog"), "Revoke this token?");
    await seeQuoted(page, hebrew);
  });

  test("is cut between what readers take for characters", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await visit(page, person);
    for (const character of ["🇩🇪", "👩‍👩‍👧", "कि", "e\u0301\u0323", "1\ufe0f\u20e3"]) {
      const { title } = await tasks.add({ title: character.repeat(61) });
      await page.reload();
      await addField(page).waitFor();
      await page.getByRole("button", { name: `Delete "${title}"`, exact: true }).click();
      const cut = title.slice(0, (title.length / 61) * 59);
      await seeText(page, `Deleted “${cut}…”`);
    }
    const { title } = await tasks.add({ title: "🇩🇪".repeat(60) });
    await page.reload();
    await page.getByRole("button", { name: `Delete "${title}"`, exact: true }).click();
    await seeText(page, `Deleted “${title}”`);
  });
});
