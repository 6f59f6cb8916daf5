import type { Page, Response } from "playwright-core";
import { describe, expect } from "vitest";
import { signUp } from "../helpers/people.ts";
import { eventually, test } from "./browser.ts";
import { press, seeText } from "./web-client.ts";

/** Runs one of the operations in the editor by the play button's menu. */
async function run(page: Page, operation: string): Promise<Response> {
  await page.getByRole("button", { name: /^Execute query/ }).click();
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("menuitem", { name: operation, exact: true }).click();
  return await answer;
}

/** Replaces what stands in one of the editors, as by pasting. */
async function fillEditor(page: Page, region: string, text: string): Promise<void> {
  const editor = page.getByRole("region", { name: region }).getByRole("textbox");
  await editor.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** The lines of the example and its variables that go on beyond the pane they stand in. */
async function linesCutOff(page: Page): Promise<string[]> {
  const panes = page.getByRole("region", { name: /^(?:Operation Editor|Variables)$/ });
  await eventually(() => panes.count()).toBe(2);
  return await panes.locator(".view-line > span").evaluateAll((lines) =>
    lines.flatMap((line) => {
      const text = document.createRange();
      text.selectNodeContents(line);
      const guard = line.closest(".overflow-guard");
      const bar = guard?.querySelector(".scrollbar.vertical") ?? guard;
      const end = bar?.getBoundingClientRect().left ?? 0;
      return text.getBoundingClientRect().right > end ? [line.textContent] : [];
    }),
  );
}

describe("GraphiQL", () => {
  test("opens on an example that signs up, and a token in Headers makes one known", async ({
    page,
    server,
  }) => {
    await page.goto("/graphql");
    await seeText(page, "mutation SignUp");
    await seeText(page.getByRole("region", { name: "Variables" }), '"you@example.com"');
    const { data } = await (await run(page, "SignUp")).json();
    expect(data.signup).toMatchObject({
      __typename: "AuthPayload",
      tokenType: "bearer",
      user: { email: "you@example.com" },
    });
    await seeText(page.getByRole("region", { name: "Result Window" }), '"AuthPayload"');
    expect(await linesCutOff(page)).toEqual([]);

    await press(page, "Headers");
    await fillEditor(page, "Headers", `{ "Authorization": "Bearer ${data.signup.accessToken}" }`);
    const created = await (await run(page, "CreateTask")).json();
    expect(created.data.createTask.task).toMatchObject({ title: "Water the plants", priority: "HIGH" });
    const listed = await (await run(page, "ListTasks")).json();
    expect(listed.data).toMatchObject({
      viewer: { email: "you@example.com" },
      tasks: { edges: [{ node: { title: "Water the plants", due: { date: "2030-01-31" } } }] },
    });
    expect(server.logged()).not.toContain(data.signup.accessToken);
  });

  test("says what is missing to somebody without a token, and keeps none past the tab", async ({
    page,
    server,
    watch,
  }) => {
    const { token } = await signUp(server);
    await page.goto("/graphql");
    await seeText(page, "mutation SignUp");
    watch.allowFailedRequests();
    const refused = await run(page, "ListTasks");
    expect(refused.status()).toBe(401);
    await seeText(page.getByRole("region", { name: "Result Window" }), "UNAUTHENTICATED");

    await press(page, "Headers");
    await fillEditor(page, "Headers", `{ "Authorization": "Bearer ${token}" }`);
    expect((await run(page, "ListTasks")).status()).toBe(200);
    await eventually(() => page.evaluate(() => localStorage.length)).toBeGreaterThan(0);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toContain(token);
    expect(page.url()).toBe(`${server.url}/graphql`);
  });

  test("knows the schema: it completes names and documents them", async ({ page }) => {
    await page.goto("/graphql");
    await seeText(page, "mutation SignUp");
    await press(page, "Show Documentation Explorer");
    await page.getByRole("link", { name: "Mutation", exact: true }).click();
    await seeText(page, "Adds a task to the viewer's.");
    await fillEditor(page, "Operation Editor", "{ viewe");
    await page.keyboard.press("Control+Space");
    await seeText(page.getByRole("listbox"), "viewer");
  });
});
