import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, onTestFinished } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import {
  accountButton,
  addField,
  addTask,
  chooseInAccount,
  collectTokens,
  seeText,
  seeTitles,
  signIn,
  signOut,
  visit,
  wake,
} from "./web-client.ts";

const day = 24 * 60 * 60 * 1000;
const away = "The server can’t be reached. Trying again by itself; what you type stays here.";

/** Counts the requests of this browser for a new access token. */
function countRefreshes(context: BrowserContext): () => number {
  let count = 0;
  context.on("request", (request) => {
    if (request.postData()?.includes("Renewal_Refresh")) count += 1;
  });
  return () => count;
}

/** Has every page of this browser remember whether it ever showed a form to sign in. */
async function watchForSignIn(context: BrowserContext): Promise<(page: Page) => Promise<boolean>> {
  await context.addInitScript(() => {
    const look = () => {
      if (document.querySelector("input[type=password]")) Object.assign(window, { sawSignIn: true });
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  return (page) => page.evaluate(() => "sawSignIn" in window);
}

describe("somebody who is signed in", () => {
  test("still is after a reload and in a new tab, and never meets the sign-in page", async ({
    page,
    person,
  }) => {
    await createTaskApi(person).add({ title: "Wind the clock" });
    await signIn(page, person);
    const sawSignIn = await watchForSignIn(page.context());
    const held = Promise.withResolvers<void>();
    await page.route("**/graphql", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.reload();
    await seeText(page.getByRole("status"), "Loading tasks");
    held.resolve();
    await seeTitles(page, ["Wind the clock"]);
    const other = await page.context().newPage();
    await other.goto("/?show=all");
    await seeTitles(other, ["Wind the clock"]);
    expect([await sawSignIn(page), await sawSignIn(other)]).toEqual([false, false]);
  });

  test("has no token where a script could find it later (check 119)", async ({ page, person }) => {
    const tokens = collectTokens(page);
    await signIn(page, person);
    await page.reload();
    await addTask(page, "Wind the clock");
    await eventually(() => tokens.length).toBeGreaterThanOrEqual(2);
    const kept = await page.evaluate(async () =>
      JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
        history.state,
        location.href,
        await indexedDB.databases(),
        await caches.keys(),
        document.documentElement.outerHTML,
      ]),
    );
    for (const token of tokens) expect(kept).not.toContain(token);
    expect(kept).not.toContain("eyJ");
    const cookies = await page.context().cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([
      { httpOnly: true, sameSite: "Strict" },
    ]);
    expect(kept).not.toContain(cookies[0]?.value);
  });

  for (const locks of ["with", "without"] as const) {
    test(`goes on in two tabs that wake at once with an expired token, ${locks} Web Locks (check 119)`, async ({
      page,
      person,
    }) => {
      const context = page.context();
      if (locks === "without") {
        await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "locks"));
      }
      await createTaskApi(person).add({ title: "Wind the clock" });
      await visit(page, person);
      const other = await context.newPage();
      await other.goto("/");
      const tabs = [page, other];
      for (const tab of tabs) await seeTitles(tab, ["Wind the clock"]);
      await createTaskApi(person).add({ title: "Set the alarm" });

      const refreshes = countRefreshes(context);
      for (const tab of tabs) await tab.clock.setFixedTime(Date.now() + 8 * day);
      await Promise.all(tabs.map(wake));
      for (const tab of tabs) await seeTitles(tab, ["Set the alarm", "Wind the clock"]);
      if (locks === "with") expect(refreshes()).toBe(1);
      for (const tab of tabs) {
        await tab.reload();
        await seeTitles(tab, ["Set the alarm", "Wind the clock"]);
      }
    });
  }

  test("loses nothing when the server refuses a token that has expired", async ({
    page,
    person,
    clock,
    watch,
  }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    const refreshes = countRefreshes(page.context());
    watch.allowFailedRequests();
    clock.ahead = 8 * day;
    try {
      for (const title of ["Set the alarm", "Put out the light"]) {
        await addField(page).fill(title);
        await addField(page).press("Enter");
      }
      await addField(page).fill("Half typ");
      await eventually(() => page.locator("li[data-pending=true]").count()).toBe(0);
      await seeTitles(page, ["Put out the light", "Set the alarm", "Wind the clock"]);
      expect(await addField(page).inputValue()).toBe("Half typ");
      expect(refreshes()).toBe(1);
    } finally {
      clock.ahead = 0;
    }
  });

  test("stays so while the server is away, and goes on when it is back", async ({ page, person, watch }) => {
    await visit(page, person);
    await addTask(page, "Wind the clock");
    watch.allowFailedRequests();
    await page.clock.setFixedTime(Date.now() + 8 * day);
    const busy = { errors: [{ message: "Not now.", extensions: { code: "SERVICE_UNAVAILABLE" } }] };
    await page.route(/\/(graphql|ready)$/, (route) => route.fulfill({ status: 503, json: busy }));
    await addField(page).fill("Set the alarm");
    await addField(page).press("Enter");
    await seeText(page, away);
    await seeText(page, "The server is busy or its database is away.");
    await page.unroute(/\/(graphql|ready)$/);
    await eventually(() => page.getByText(away).count()).toBe(0);
    await addField(page).press("Enter");
    await seeTitles(page, ["Set the alarm", "Wind the clock"]);
  });
});

test("somebody who loads the page too often is told so, and stays signed in", async ({ open, watch }) => {
  const server = await startServer({ rateLimits: { "refresh-by-session": { points: 1, seconds: 600 } } });
  onTestFinished(() => server.close());
  const person = await signUp(server);
  const page = await open({ baseURL: server.url });
  await visit(page, person);
  await addTask(page, "Wind the clock");
  watch.allowFailedRequests();
  await page.reload();
  await seeText(page.getByRole("alert"), "Too many attempts. Try again in 10 minutes.");
  expect(await page.getByLabel("Password", { exact: true }).count()).toBe(0);
  expect(await page.context().cookies()).toHaveLength(1);
});

async function countSessions({ admin }: TestServer, { email }: { email: string }): Promise<number> {
  const text = "SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1";
  return (await admin.query(text, [email])).rowCount ?? 0;
}

describe("signing out", () => {
  test("ends the session on the server, and in the other tabs", async ({ page, person, server }) => {
    await signIn(page, person);
    const other = await page.context().newPage();
    await other.goto("/");
    await addTask(other, "Wind the clock");
    const before = await countSessions(server, person);
    await signOut(page);
    await seeText(other, "You were signed out in another tab.");
    await eventually(() => countSessions(server, person)).toBe(before - 1);
    await eventually(async () => (await page.context().cookies()).length).toBe(0);
    await other.reload();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  test("holds for somebody who leaves right after", async ({ page, person, server }) => {
    await signIn(page, person);
    const before = await countSessions(server, person);
    await chooseInAccount(page, "Sign out");
    await page.goto("about:blank");
    await eventually(() => countSessions(server, person)).toBe(before - 1);
  });

  test("works while the server is away, which hears of it when it is back", async ({
    page,
    person,
    watch,
  }) => {
    await signIn(page, person);
    watch.allowFailedRequests();
    await page.route(/\/(graphql|ready)$/, (route) => route.abort("connectionrefused"));
    await signOut(page);
    await seeText(page, "You are signed out on this browser. The server can’t be reached");
    expect(await page.context().cookies()).toHaveLength(1);
    await page.unroute(/\/(graphql|ready)$/);
    await eventually(async () => (await page.context().cookies()).length).toBe(0);
    await signIn(page, person);
    await accountButton(page).click();
    await page.getByRole("menuitem", { name: "Settings" }).waitFor();
  });
});
