import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { password } from "../helpers/people.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  checkBox,
  fillSignIn,
  notesField,
  openTask,
  press,
  seeText,
  seeTitles,
  signIn,
  signOut,
  titleField,
} from "./web-client.ts";

test("somebody signs up, keeps tasks, signs out, and finds everything on signing in again", async ({
  page,
}) => {
  const email = `ada-${randomBytes(6).toString("hex")}@example.com`;
  await page.goto("/");
  await page.getByRole("link", { name: "Create an account" }).click();
  await fillSignIn(page, { email, password });
  await page.getByLabel("Name (optional)").fill("Ada");
  await press(page, "Sign up");
  await seeText(page, "No tasks yet");
  await seeText(page, "Ada");

  await addField(page).focus();
  for (const title of ["Water the plants", "Buy stamps", "Call the dentist"]) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
  }
  await seeTitles(page, ["Call the dentist", "Buy stamps", "Water the plants"]);
  expect(await addField(page).evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await addField(page).inputValue()).toBe("");

  await openTask(page, "Buy stamps");
  await titleField(page).fill("Buy ten stamps");
  await notesField(page).fill("The ones with birds");
  await press(page, "Tomorrow");
  await page.getByText("Urgent", { exact: true }).click();
  await page.locator("[data-task]", { hasText: /Buy ten stamps.*Tomorrow.*Urgent/ }).waitFor();
  await press(page, "Close");

  await checkBox(page, "Water the plants").click();
  await seeTitles(page, ["Call the dentist", "Buy ten stamps"]);
  await press(page, "Undo");
  await seeTitles(page, ["Call the dentist", "Buy ten stamps", "Water the plants"]);

  await press(page, 'Delete "Buy ten stamps"');
  await seeTitles(page, ["Call the dentist", "Water the plants"]);
  await press(page, "Undo");
  await seeTitles(page, ["Call the dentist", "Buy ten stamps", "Water the plants"]);

  await checkBox(page, "Call the dentist").click();
  await seeText(page, "2 open tasks");
  await page.reload();
  await seeTitles(page, ["Buy ten stamps", "Water the plants"]);

  await signOut(page);
  await signIn(page, { email });
  await page.getByText("All", { exact: true }).click();
  await seeTitles(page, ["Call the dentist", "Buy ten stamps", "Water the plants"]);
  await page.getByRole("checkbox", { name: 'Reopen "Call the dentist"' }).waitFor();
  await openTask(page, "Buy ten stamps");
  expect(await notesField(page).inputValue()).toBe("The ones with birds");
  await eventually(() => page.getByRole("radio", { name: "Urgent" }).isChecked()).toBe(true);
});

test("tasks that are typed faster than the server takes them are kept in the order of typing", async ({
  page,
  person,
}) => {
  await signIn(page, person);
  let count = 0;
  // Each request would be overtaken by the one after it.
  await page.route("**/graphql", async (route) => {
    count += 1;
    const slowness = 400 - 80 * count;
    await new Promise((resolve) => setTimeout(resolve, Math.max(slowness, 0)));
    await route.continue();
  });
  const titles = ["One", "Two", "Three", "Four"];
  await addField(page).focus();
  for (const title of titles) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
  }
  await seeTitles(page, titles.toReversed());
  await eventually(() => page.locator("li[data-pending=true]").count()).toBe(0);
  await page.reload();
  await seeTitles(page, titles.toReversed());
});
