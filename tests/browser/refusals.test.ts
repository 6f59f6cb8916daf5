import type { Locator } from "playwright-core";
import { describe, expect, onTestFinished } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer } from "../helpers/server.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  addField,
  fillSignIn,
  notesField,
  openTask,
  press,
  seeText,
  seeTitles,
  signIn,
  titleField,
  visit,
} from "./web-client.ts";

/** What a screen reader says about a field besides its name: the problems that belong to it. */
async function describedBy(field: Locator): Promise<string> {
  return await field.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );
}

describe("somebody who signs up", () => {
  test("is told at its field what is wrong, before and after the server was asked", async ({
    page,
    person,
  }) => {
    await page.goto("/#sign-up");
    const email = page.getByLabel("E-mail");
    const password = page.getByLabel("Password", { exact: true });
    const attempts = [
      { input: { email: "", password: "" }, field: email, message: /Enter your e-mail address/ },
      { input: { email: "ada", password: "" }, field: email, message: /such as ada@example.com/ },
      { input: { email: "ada@x.example", password: "1234567" }, field: password, message: /Use at least 8/ },
      {
        input: { email: "ada@x.example", password: "ä".repeat(37) },
        field: password,
        message: /this one has 74/,
      },
      { input: { email: "ada@x.example", password: "password1" }, field: password, message: /Use another/ },
      { input: { email: "ada@x@y.example", password: "blue tin can" }, field: email, message: /address/ },
      { input: { email: person.email, password: "blue tin can" }, field: email, message: /already/ },
      {
        input: { email: person.email.toUpperCase(), password: "blue tin can" },
        field: email,
        message: /already/,
      },
    ];
    for (const { input, field, message } of attempts) {
      await fillSignIn(page, input);
      await press(page, "Sign up");
      await eventually(() => describedBy(field)).toMatch(message);
      await eventually(() => field.getAttribute("aria-invalid")).toBe("true");
      await eventually(() => field.evaluate((input) => input === document.activeElement)).toBe(true);
    }
    expect(await email.inputValue()).toBe(person.email.toUpperCase());
    expect(await password.inputValue()).toBe("blue tin can");
  });
});

describe("somebody who signs in", () => {
  test("is told the same for a wrong password and an unknown address, and can try again", async ({
    page,
    person,
  }) => {
    await page.goto("/");
    const wrong = page.getByRole("alert");
    for (const email of [person.email, "nobody@example.com"]) {
      await fillSignIn(page, { email, password: "not the password" });
      await press(page, "Sign in");
      await seeText(wrong, "The e-mail address or the password is wrong.");
      expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
      await page.reload();
    }
    await signIn(page, person);
    await seeText(page, "No tasks yet");
  });

  test("is told how long to wait after too many attempts", async ({ open, watch }) => {
    const rateLimits = { "login-by-account": { points: 1, seconds: 900 } };
    const server = await startServer({ rateLimits });
    onTestFinished(() => server.close());
    const person = await signUp(server);
    const page = await open({ baseURL: server.url });
    watch.allowFailedRequests();
    await page.goto("/");
    await fillSignIn(page, { email: person.email, password: "not the password" });
    await press(page, "Sign in");
    await seeText(page.getByRole("alert"), "The e-mail address or the password is wrong.");
    await press(page, "Sign in");
    await seeText(page.getByRole("alert"), "Too many attempts. Try again in 15 minutes.");
  });
});

describe("a change that the server refuses", () => {
  test("is told below the title, with what was typed still there", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const before = await tasks.add({ title: "Feed the cat" });
    await visit(page, person);
    await openTask(page, "Feed the cat");
    // The page itself sees that this is too long, and the server that this is nothing: both are told alike.
    for (const [title, message] of [
      ["x".repeat(501), "At most 500 characters; this has 501."],
      ["\u200b", "Give the task a title."],
    ] as const) {
      await titleField(page).fill(title);
      await titleField(page).press("Enter");
      await seeText(page.getByRole("complementary").getByRole("alert"), message);
      expect(await titleField(page).inputValue()).toBe(title);
      expect(await titleField(page).getAttribute("aria-invalid")).toBe("true");
      await seeTitles(page, ["Feed the cat"]);
    }
    await press(page, "Discard");
    expect(await titleField(page).inputValue()).toBe("Feed the cat");
    expect(await tasks.get(before.id)).toEqual(before);
  });

  test("is told below the due date for an instant that no year can name", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const due = { date: "9999-12-30", time: "23:30", timeZone: "America/New_York" };
    const { id } = await tasks.add({ title: "Bake bread", due });
    await visit(page, person);
    await openTask(page, "Bake bread");
    const group = page.getByRole("group", { name: "Due" });
    const date = group.getByLabel("Due date");
    await date.fill("9999-12-31");
    await date.press("Enter");
    await seeText(group.getByRole("alert"), /within the years 1 to 9999/);
    expect(await date.inputValue()).toBe("9999-12-31");
    expect(await tasks.get(id)).toMatchObject({ due });

    await date.fill("9999-12-29");
    await date.press("Enter");
    await eventually(() => tasks.get(id)).toMatchObject({ due: { ...due, date: "9999-12-29" } });
    await eventually(() => group.getByRole("alert").count()).toBe(0);
  });

  test("is told below the notes when they are too long", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Write", description: "Short" });
    await visit(page, person);
    await openTask(page, "Write");
    await notesField(page).fill("😀".repeat(20_001));
    await notesField(page).blur();
    await seeText(page.getByRole("complementary"), "At most 20,000 characters; this has 20,001.");
    await notesField(page).fill("😀".repeat(20_000));
    await notesField(page).blur();
    await eventually(async () => (await tasks.get(id))?.description?.length).toBe(40_000);
  });

  test("is told below the line that adds tasks, which keeps the title", async ({ page, person }) => {
    const tasks = createTaskApi(person);
    await visit(page, person);
    for (const [title, message] of [
      ["x".repeat(501), "At most 500 characters; this has 501."],
      ["\u200b", "Give the task a title."],
    ] as const) {
      await addField(page).fill(title);
      await addField(page).press("Enter");
      await eventually(() => describedBy(addField(page))).toContain(message);
      await eventually(() => addField(page).inputValue()).toBe(title);
      await seeTitles(page, []);
    }
    expect(await tasks.titles()).toEqual([]);
  });

  test("takes back what the page showed of it, and says so, when the task is gone", async ({
    page,
    person,
  }) => {
    const tasks = createTaskApi(person);
    const { id } = await tasks.add({ title: "Feed the cat" });
    await tasks.add({ title: "Feed the dog" });
    await visit(page, person);
    await seeTitles(page, ["Feed the dog", "Feed the cat"]);
    await tasks.remove(id);
    await page.getByRole("checkbox", { name: 'Complete "Feed the cat"' }).click();
    await seeText(page.getByRole("alert"), "Couldn’t complete “Feed the cat”. This task no longer exists.");
    await seeTitles(page, ["Feed the dog"]);
    await seeText(page, "1 open task");
    await eventually(() => page.getByRole("button", { name: "Undo" }).count()).toBe(0);
  });
});
