import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { Person } from "../helpers/people.ts";
import { naughtyStrings } from "../tasks/naughty-strings.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { expectNoSidewaysScroll } from "./page-checks.ts";
import { addField, notesField, press, seeText, signIn, titleField, visit } from "./web-client.ts";

/** Each would show that it ran by a dialog, a request, or by not standing where it belongs. */
const hostile = [
  "<img src=x onerror=alert(1)>",
  '"><script>alert(1)</script>',
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
  "<a href='javascript:alert(1)' target=_blank>click</a>",
  "javascript:alert(1)",
  "[click](javascript:alert(1)) ![img](http://127.0.0.1:9/x.png)",
  "<style>*{display:none}</style><base href=//127.0.0.1:9>",
  "{{constructor.constructor('alert(1)')()}}",
  `$${"{alert(1)}"}`,
  "\u202emordnilap a si siht\u202c",
  "\u2067\u202e never closed",
  `Z${"\u0351\u036b\u0343\u0323".repeat(120)}`,
  `o${"\u0301".repeat(499)}`,
  "W".repeat(500),
  "﷽".repeat(200),
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}".repeat(60),
];

/** Fails the test when a text manages to open a dialog or a window. */
function forbidDialogs(page: Page): string[] {
  const opened: string[] = [];
  page.on("dialog", async (dialog) => {
    opened.push(dialog.message());
    await dialog.dismiss();
  });
  page.on("popup", (popup) => opened.push(popup.url()));
  return opened;
}

async function addAll(person: Person, titles: readonly string[]): Promise<string[]> {
  const tasks = createTaskApi(person);
  const added: string[] = [];
  for (const title of titles) {
    const { task } = await tasks.create({ title, description: title });
    if (task) added.unshift(task.title);
  }
  return added;
}

describe("hostile text", () => {
  test("is shown as the text that it is, in the list and in the details", async ({ page, person }) => {
    const opened = forbidDialogs(page);
    const titles = await addAll(person, hostile);
    expect(titles).toHaveLength(hostile.length);
    await visit(page, person);
    const shown = page.locator("[data-task] > [dir=auto]");
    await eventually(() => shown.allTextContents()).toEqual(titles);
    await expectNoSidewaysScroll(page);

    for (const [index, title] of titles.entries()) {
      await page.locator("[data-task]").nth(index).click();
      await eventually(() => titleField(page).inputValue()).toBe(title);
      expect(await notesField(page).inputValue()).toBe(title);
    }
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 360, height: 640 });
    await page.getByRole("dialog").waitFor();
    await expectNoSidewaysScroll(page);
    await press(page, "Close");
    await eventually(() => page.getByRole("dialog").count()).toBe(0);
    await expectNoSidewaysScroll(page);
    expect(opened).toEqual([]);
  });

  test("of every kind that has broken software stands in the list unchanged", async ({ page, person }) => {
    const opened = forbidDialogs(page);
    const titles = await addAll(person, naughtyStrings);
    expect(titles.length).toBeGreaterThan(80);
    await page.setViewportSize({ width: 360, height: 640 });
    await visit(page, person);
    const shown = page.locator("[data-task] > [dir=auto]");
    // The next page comes when one gets there.
    while ((await shown.count()) < titles.length) await shown.last().scrollIntoViewIfNeeded();
    expect(await shown.allTextContents()).toEqual(titles);
    await expectNoSidewaysScroll(page);
    expect(opened).toEqual([]);
  });

  test("paints over nothing but its own row", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await tasks.add({ title: "Below" });
    const { id } = await tasks.add({ title: `o${"\u0301\u0323".repeat(249)}` });
    await tasks.add({ title: "Above" });
    await visit(page, person);
    const takePictures = async () => {
      await seeText(page, "3 open tasks");
      const rows = ["Above", "Below"].map((title) => page.getByRole("listitem").filter({ hasText: title }));
      return await Promise.all(rows.map(async (row) => (await row.screenshot()).toString("base64")));
    };
    await page.reload();
    const beside = await takePictures();
    await tasks.change({ id, title: "o" });
    await page.reload();
    expect((await takePictures()).map((picture, index) => picture === beside[index])).toEqual([true, true]);
  });

  test("does nothing in a search, an address, a name or a message either", async ({ page, server }) => {
    const opened = forbidDialogs(page);
    const { accessToken } = (
      await server.graphql.data(
        `mutation ($input: SignupInput!) { signup(input: $input) { ... on AuthPayload { accessToken } } }`,
        { input: { email: "hostile@example.com", password: "plum tomato sandwich", name: hostile[0] } },
      )
    ).signup;
    expect(accessToken).toBeTruthy();
    await signIn(page, { email: "hostile@example.com" });
    await seeText(page.getByRole("banner"), hostile[0] ?? "");
    for (const text of hostile.slice(0, 5)) {
      await page.goto(
        `/?q=${encodeURIComponent(text)}&show=${encodeURIComponent(text)}&task=${encodeURIComponent(text)}`,
      );
      await seeText(page, "Nothing matches");
      await seeText(page, "This task is gone");
      await expectNoSidewaysScroll(page);
    }
    await page.goto("/");
    for (const title of hostile.slice(0, 2)) {
      await addField(page).fill(title);
      await addField(page).press("Enter");
      await page.getByRole("button", { name: `Delete "${title}"` }).click();
      await seeText(page, `Deleted “${title}”`);
    }
    expect(opened).toEqual([]);
  });
});
