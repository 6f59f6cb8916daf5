import type { APIResponse, Locator, Page, Route } from "playwright-core";
import { expect } from "vitest";
import { password } from "../helpers/people.ts";
import { sitePath } from "../helpers/proxy.ts";
import type { TestServer } from "../helpers/server.ts";
import { eventually } from "./browser.ts";

const loginDocument = `mutation ($input: LoginInput!) {
  login(input: $input) { __typename }
}`;

/** Gives a browser a session's cookie, and its pages no word of it. */
export async function leaveCookie(page: Page, { email }: { email: string }): Promise<void> {
  const origin = new URL((await page.request.get("/live")).url()).origin;
  const response = await page.request.post(`${sitePath}/graphql`, {
    headers: { Origin: origin },
    data: { query: loginDocument, variables: { input: { email, password } } },
  });
  expect(await response.json()).toEqual({ data: { login: { __typename: "AuthPayload" } } });
}

/**
 * Signs a browser in without the web client: what stays is the session's cookie, and the note of whose it is, which the
 * next page finds that is opened.
 */
export async function leaveSignedIn(page: Page, { id, email }: { id: string; email: string }) {
  await leaveCookie(page, { email });
  const note = `ownlist${sitePath}.signedIn`;
  return await page.addInitScript(([name, user]) => localStorage.setItem(name, user), [note, id] as const);
}

/** Opens the page for somebody who is still signed in, with what signing in has left in the browser. */
export async function visit(page: Page, person: { id: string; email: string }, path = "/"): Promise<void> {
  const script = await leaveSignedIn(page, person);
  await page.goto(path);
  await script.dispose();
  await addField(page).waitFor();
}

/** What happens when somebody comes back to a tab. */
export async function wake(page: Page): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

/** Ends all sessions of somebody on the server, without a word to their pages. */
export async function endSessions(
  { admin }: Pick<TestServer, "admin">,
  { email }: { email: string },
): Promise<void> {
  await admin.query("DELETE FROM sessions USING users WHERE user_id = users.id AND email = $1", [email]);
}

/** Signs somebody in who has an account, on the page where one does, and waits for the tasks. */
export async function signIn(page: Page, { email }: { email: string }): Promise<void> {
  if (!page.url().startsWith("http")) await page.goto("/");
  await fillSignIn(page, { email, password });
  await page.getByRole("button", { name: "Sign in" }).click();
  await addField(page).waitFor();
}

export async function fillSignIn(page: Page, input: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(input.email);
  await page.getByLabel("Password", { exact: true }).fill(input.password);
}

/** What opens the menu at the top; its name goes on with who is signed in. */
export function accountButton(page: Page): Locator {
  return page.getByRole("button", { name: /^Your account/ });
}

/** Chooses an entry of the menu at the top. */
export async function chooseInAccount(page: Page, name: string): Promise<void> {
  await accountButton(page).click();
  await page.getByRole("menuitem", { name }).click();
}

export async function signOut(page: Page): Promise<void> {
  await chooseInAccount(page, "Sign out");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

export function addField(page: Page): Locator {
  return page.getByRole("textbox", { name: "Add a task" });
}

/** Types a task's title and Enter, and waits until the server has it. */
export async function addTask(page: Page, title: string): Promise<void> {
  await addField(page).fill(title);
  await addField(page).press("Enter");
  await page.locator("li:not([data-pending=true])", { has: checkBox(page, title) }).waitFor();
}

/** The check box of an open task. */
export function checkBox(page: Page, title: string): Locator {
  return page.getByRole("checkbox", { name: `Complete "${title}"`, exact: true });
}

/** The list's titles are, sooner or later, these. */
export async function seeTitles(page: Page, expected: string[]): Promise<void> {
  await eventually(() => page.locator("[data-task] > [dir=auto]").allTextContents()).toEqual(expected);
}

/** Opens a task's details by a click on its row, and waits for them. */
export async function openTask(page: Page, title: string): Promise<void> {
  await page.locator("[data-task]", { hasText: title }).click();
  await eventually(() => titleField(page).inputValue()).toBe(title);
}

export function titleField(page: Page): Locator {
  return page.getByRole("textbox", { name: "Title", exact: true });
}

export function notesField(page: Page): Locator {
  return page.getByRole("textbox", { name: "Notes" });
}

/** Presses a button by the whole of its name. */
export async function press(page: Page | Locator, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Waits for a text that somebody who looks or listens is told. */
export async function seeText(page: Page | Locator, text: string | RegExp): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Sends on what a page has sent, with the word on it that the browser would add on its way (Fetch Metadata §2.3). */
export function sendOn(route: Route): Promise<APIResponse> {
  return route.fetch({ headers: { ...route.request().headers(), "sec-fetch-site": "same-origin" } });
}

/** Collects the access tokens that a page is given from now on. */
export function collectTokens(page: Page): string[] {
  const tokens: string[] = [];
  page.on("response", async (response) => {
    const text = response.url().endsWith("/graphql") ? await response.text().catch(() => "") : "";
    tokens.push(...(text.match(/eyJ[\w.-]+/g) ?? []));
  });
  return tokens;
}
