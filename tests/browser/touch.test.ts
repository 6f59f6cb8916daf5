import type { Page } from "playwright-core";
import { expect } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { expectNoSidewaysScroll } from "./page-checks.ts";
import { chooseInAccount, openTask, press, seeText, titleField, visit } from "./web-client.ts";

/**
 * No field makes a phone zoom in, which it does below 16 pixels; all fits nonetheless; and all that one taps is as large as
 * a finger needs, or has room around it (WCAG 2.2, 2.5.8).
 */
async function expectGoodForFingers(page: Page, ...fields: string[]): Promise<void> {
  const found = await page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>("input, textarea, select")].filter((field) =>
      field.checkVisibility({ visibilityProperty: true }),
    );
    const describeIt = (element: Element) => element.outerHTML.slice(0, 160);
    const targets = [
      ...document.querySelectorAll<HTMLElement>("button, [role=option], [role=menuitem]"),
    ].filter((target) => target.checkVisibility({ visibilityProperty: true }));
    return {
      names: seen.map(
        (field) => field.getAttribute("aria-label") ?? (field as HTMLInputElement).labels?.[0]?.textContent,
      ),
      small: seen.filter((field) => Number.parseFloat(getComputedStyle(field).fontSize) < 16).map(describeIt),
      narrow: targets
        .filter((target) => {
          const { width, height } = target.getBoundingClientRect();
          return Math.min(width, height) < 24;
        })
        .map(describeIt),
    };
  });
  expect({ small: found.small, narrow: found.narrow }).toEqual({ small: [], narrow: [] });
  expect(found.names).toEqual(expect.arrayContaining(fields));
  await expectNoSidewaysScroll(page);
}

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test("on a phone no field is so small that it zooms in, before signing in", async ({ open }) => {
  const page = await open(phone);
  for (const { path, fields } of [
    { path: "/", fields: ["E-mail", "Password"] },
    { path: "/#sign-up", fields: ["E-mail", "Password", "Name (optional)"] },
    { path: "/reset", fields: ["E-mail", "Code", "New password"] },
  ]) {
    await page.goto(path);
    await page.getByLabel("E-mail").waitFor();
    await expectGoodForFingers(page, ...fields);
  }
});

test("on a phone no field is so small that it zooms in, with a task", async ({ open, person }) => {
  const due = { date: "2031-12-31", time: "23:45", timeZone: "America/Argentina/Buenos_Aires" };
  await createTaskApi(person).add({ title: "Paint", due });
  const page = await open(phone);
  await visit(page, person);
  await page.getByRole("textbox", { name: "Search tasks" }).fill("pai");
  await eventually(() => new URL(page.url()).search).toBe("?q=pai");
  await expectGoodForFingers(page, "Add a task", "Search tasks");
  await openTask(page, "Paint");
  await expectGoodForFingers(page, "Title", "Due date", "Due time (optional)", "Time zone", "Notes");
  expect(await titleField(page).evaluate((field) => getComputedStyle(field).fontSize)).toBe("20px");
  await page.getByRole("combobox", { name: "Time zone" }).tap();
  await page.getByRole("option").first().waitFor();
  await expectGoodForFingers(page, "Time zone");
});

test("on a phone no field is so small that it zooms in, in the settings", async ({ open, person }) => {
  const page = await open(phone);
  const goTo = (name: string) => page.getByRole("link", { name, exact: true }).click();
  await visit(page, person);
  await chooseInAccount(page, "Settings");
  await press(page, "Change the address");
  await expectGoodForFingers(page, "Name", "New e-mail address", "Your password");
  await goTo("Password");
  await page.getByLabel("New password", { exact: true }).waitFor();
  await expectGoodForFingers(page, "New password");
  await goTo("Personal tokens");
  await press(page, "New token");
  await page.getByText("Other", { exact: true }).click();
  await page.getByLabel("Last day").waitFor();
  await expectGoodForFingers(page, "Name", "Last day");
  await goTo("Your data");
  await press(page, "Delete my account");
  await seeText(page, "Delete everything");
  await expectGoodForFingers(page, "Your password", "Type “delete my account” to confirm");
});

test("with a mouse fields stay as small as they are elsewhere on the page", async ({ page, person }) => {
  await visit(page, person);
  const search = page.getByRole("textbox", { name: "Search tasks" });
  expect(await search.evaluate((field) => getComputedStyle(field).fontSize)).toBe("14px");
});
