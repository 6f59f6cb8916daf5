import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { password } from "../helpers/people.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, pathOf, test } from "./browser.ts";
import { expectGoodPage } from "./page-checks.ts";
import {
  addField,
  addTask,
  chooseInAccount,
  fillSignIn,
  leaveSignedIn,
  press,
  seeText,
  seeTitles,
  signIn,
  signOut,
  visit,
} from "./web-client.ts";

const ended = "Your session has ended. Sign in again to go on.";

/** Opens a section of the settings for somebody who is still signed in. */
async function visitSettings(page: Page, person: { id: string; email: string }, heading: string) {
  const script = await leaveSignedIn(page, person);
  await page.goto("/settings/profile");
  await script.dispose();
  await page.getByRole("link", { name: heading, exact: true }).click();
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
}

/** Runs a command as somebody does who pastes it into a terminal. Returns what it prints. */
async function runInShell(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", command]);
  return stdout;
}

describe("the settings", () => {
  test("are reached from the tasks and lead back to them, as they were", async ({ page, person }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    await addField(page).fill("Half typ");
    await chooseInAccount(page, "Settings");
    await page.getByRole("heading", { name: "Profile", level: 1 }).waitFor();
    expect(pathOf(page)).toBe("/settings/profile");
    await page.getByRole("link", { name: "Sessions" }).click();
    await seeText(page, "This one");
    await page.reload();
    await seeText(page, "This one");
    await page.goBack();
    await page.getByRole("heading", { name: "Profile", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Your tasks" }).click();
    await seeTitles(page, ["Wind the clock"]);
    await chooseInAccount(page, "Settings");
    await addField(page).waitFor({ state: "hidden" });
    await page.goBack();
    await seeTitles(page, ["Wind the clock"]);
  });

  test("keep what is half typed among the tasks", async ({ page, person }) => {
    await visit(page, person);
    await addField(page).fill("Half typ");
    await chooseInAccount(page, "Settings");
    await page.getByRole("link", { name: "Your tasks" }).click();
    await eventually(() => addField(page).inputValue()).toBe("Half typ");
  });

  test("change the name and the address, which needs the password", async ({ page, person }) => {
    await visitSettings(page, person, "Profile");
    await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
    await press(page, "Save the name");
    await seeText(page, "Your name is saved.");
    await seeText(page.getByRole("banner"), "Ada Lovelace");

    await press(page, "Change the address");
    const email = person.email.replace("@", "+new@");
    await page.getByLabel("New e-mail address").fill(email);
    await page.getByLabel("Your password").fill("not the password");
    await press(page, "Change the address");
    await seeText(page, "This is not your password.");
    await page.getByLabel("Your password").fill(password);
    await press(page, "Change the address");
    await seeText(page, "Your e-mail address is changed.");
    await seeText(page.getByRole("main"), email);
    await signOut(page);
    await signIn(page, { email });
  });

  test("change the password, which ends all other sessions but not this one", async ({
    open,
    page,
    person,
    watch,
  }) => {
    const other = await open();
    await visit(other, person);
    await visitSettings(page, person, "Password");
    watch.allowFailedRequests();
    const current = page.getByLabel("Current password");
    const next = page.getByLabel("New password", { exact: true });
    await current.fill("not the password");
    await next.fill("password1");
    await seeText(page, "Very easy to guess");
    await press(page, "Change the password");
    await seeText(page, "Use another.");
    await next.fill("green apple sandwich");
    await seeText(page, "Very good");
    await press(page, "Change the password");
    await seeText(page, "This is not your password.");
    await current.fill(password);
    await press(page, "Change the password");
    await seeText(page, "Your password is changed.");
    await addField(other).fill("Wind the clock");
    await addField(other).press("Enter");
    await seeText(other, ended);
    await fillSignIn(other, { email: person.email, password: "green apple sandwich" });
    await press(other, "Sign in");
    await addField(other).waitFor();
    await page.getByRole("link", { name: "Security log" }).click();
    await seeText(page, "You changed your password.");
  });

  test("end a session elsewhere, which stops at its next action", async ({ open, page, person, watch }) => {
    const other = await open({
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    });
    await visit(other, person);
    await addTask(other, "Wind the clock");
    await visitSettings(page, person, "Sessions");
    watch.allowFailedRequests();
    await press(page, "End the session on Firefox on Linux");
    await page.getByRole("dialog").getByRole("button", { name: "End the session" }).waitFor();
    await expectGoodPage(page);
    await press(page.getByRole("dialog"), "End the session");
    await eventually(() => page.getByText("Firefox on Linux").count()).toBe(0);
    await seeText(page, "This one");
    await other.getByRole("checkbox", { name: 'Complete "Wind the clock"' }).click();
    await seeText(other, ended);
    expect(await other.locator("body").innerText()).not.toContain("Wind the clock");
    await page.reload();
    await seeText(page, "This one");
  });

  test("end all other sessions at once", async ({ page, person }) => {
    await visitSettings(page, person, "Sessions");
    const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    await eventually(() => sessions.count()).toBe(2);
    await press(page, "Sign out everywhere else");
    await press(page.getByRole("dialog"), "Sign out everywhere else");
    await seeText(page, "One other session has ended.");
    await eventually(() => sessions.count()).toBe(1);
    expect((await person.send("{ tasks(first: 1) { edges { cursor } } }")).status).toBe(401);
  });

  test("make a token that curl can use as long as it isn't revoked", async ({ page, person }) => {
    await createTaskApi(person).add({ title: "Wind the clock" });
    await visitSettings(page, person, "Personal tokens");
    await press(page, "New token");
    await press(page, "Make the token");
    await seeText(page, "Give it a name by which you know it again.");
    await page.getByLabel("Name", { exact: true }).fill("Backup script");
    await press(page, "Make the token");
    await seeText(page, "Copy it now: it is not shown again.");
    const secret = await page.getByRole("region", { name: "Your token" }).locator("pre").innerText();
    const command = await page.getByRole("region", { name: "Try it in a shell" }).locator("pre").innerText();
    expect(command).toContain(secret);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await press(page, "Copy: Your token");
    await seeText(page, "Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    expect(await runInShell(`${command} -s`)).toContain("Wind the clock");
    await press(page, "I have copied it");
    await seeText(page, "Backup script");
    expect(await page.content()).not.toContain(secret);
    await press(page, "Revoke the token Backup script");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke the token" }).waitFor();
    await expectGoodPage(page);
    await press(page.getByRole("dialog"), "Revoke the token");
    await seeText(page, "You have none yet.");
    expect(await runInShell(`${command} -s`)).toContain("UNAUTHENTICATED");
  });

  test("make a token that can do what was chosen and nothing else", async ({ page, person }) => {
    await visitSettings(page, person, "Personal tokens");
    await press(page, "New token");
    await page.getByLabel("Name", { exact: true }).fill("Inbox");
    await page.getByText("Add only", { exact: true }).click();
    expect(await page.getByRole("checkbox", { name: "Add tasks" }).isChecked()).toBe(true);
    expect(await page.getByRole("checkbox", { name: "Read your tasks" }).isChecked()).toBe(false);
    await page.getByText("30 days", { exact: true }).click();
    await press(page, "Make the token");
    const command = await page.getByRole("region", { name: "Try it in a shell" }).locator("pre").innerText();
    expect(await runInShell(`${command} -s`)).toContain("CreateTaskPayload");
    expect(await createTaskApi(person).titles()).toEqual(["From curl"]);
    const reading = command.replace(/-d '.*'/, `-d '{"query":"{ tasks { edges { cursor } } }"}'`);
    expect(await runInShell(`${reading} -s`)).toContain("INSUFFICIENT_SCOPE");
  });

  test("show what happened to the account, page by page", async ({ page, person }) => {
    for (let count = 0; count < 22; count += 1) {
      await person.data(`mutation { updateProfile(input: { name: "Ada" }) { __typename } }`);
      const made = `mutation { createPersonalToken(input: { name: "T${count}", scopes: [TASKS_READ], expiresAt: "${new Date(Date.now() + 86_400_000).toISOString()}" }) { __typename } }`;
      await person.data(made);
    }
    await visitSettings(page, person, "Security log");
    await seeText(page, "You signed in.");
    expect(await page.getByText("You made this account.").count()).toBe(0);
    await press(page, "Show more");
    await seeText(page, "You made this account.");
  });

  test("download all that the account holds", async ({ page, person }) => {
    await createTaskApi(person).add({ title: "Wind the clock" });
    await visitSettings(page, person, "Your data");
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Download the file")]);
    expect(download.suggestedFilename()).toMatch(/^ownlist-export-\d{4}-\d{2}-\d{2}\.json$/);
    const text = await readFile(await download.path(), "utf8");
    expect(JSON.parse(text)).toBeTypeOf("object");
    expect(text).toContain("Wind the clock");
  });

  test("delete the account, with everything and in all tabs", async ({ page, person, server, watch }) => {
    await createTaskApi(person).add({ title: "Wind the clock" });
    await visitSettings(page, person, "Your data");
    const other = await page.context().newPage();
    await other.goto("/");
    await seeTitles(other, ["Wind the clock"]);
    watch.allowFailedRequests();
    await press(page, "Delete my account");
    await press(page, "Delete everything");
    await seeText(page, "Enter your password.");
    await page.getByLabel("Your password").fill("not the password");
    await page.getByLabel(/^Type “/).fill("Delete my account");
    await press(page, "Delete everything");
    await seeText(page, "This is not your password.");
    await page.getByLabel("Your password").fill(password);
    await press(page, "Delete everything");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await seeText(page, "Your account and everything in it has been deleted.");
    await seeText(other, "Your account and everything in it has been deleted.");
    const { rowCount } = await server.admin.query("SELECT FROM users WHERE email = $1", [person.email]);
    expect(rowCount).toBe(0);
    expect((await person.send("{ tasks(first: 1) { edges { cursor } } }")).status).toBe(401);
    await page.getByRole("link", { name: "Sign in instead" }).click();
    await fillSignIn(page, { email: person.email, password });
    await press(page, "Sign in");
    await seeText(page, "The e-mail address or the password is wrong.");
  });
});
