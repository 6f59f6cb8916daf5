import { describe, expect } from "vitest";
import { password } from "../helpers/people.ts";
import { eventually, test } from "./browser.ts";
import { fillSignIn, press, seeText, visit } from "./web-client.ts";

describe("a form", () => {
  test("puts the focus into the first wrong field, once each time that it is sent", async ({ page }) => {
    await page.goto("/#sign-in");
    const [email, secret] = [page.getByLabel("E-mail"), page.getByLabel("Password", { exact: true })];
    const hasFocus = (field: typeof email) => field.evaluate((input) => input === document.activeElement);
    await secret.press("Enter");
    await eventually(() => hasFocus(email)).toBe(true);
    await secret.pressSequentially("plum");
    expect(await hasFocus(secret)).toBe(true);
    await secret.press("Enter");
    await eventually(() => hasFocus(email)).toBe(true);
  });

  test("is sent once, however often somebody or their password manager sends it", async ({
    page,
    person,
  }) => {
    await page.goto("/#sign-in");
    let sent = 0;
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("SignInForm_SignIn")) {
        sent += 1;
        await held;
      }
      await route.fallback();
    });
    await fillSignIn(page, { email: person.email, password });
    await press(page, "Sign in");
    await page.locator("button[type=submit][data-loading]").waitFor();
    await page.evaluate(() => document.querySelector("form")?.requestSubmit());
    goOn();
    await page.getByRole("textbox", { name: "Add a task" }).waitFor();
    expect(sent).toBe(1);
  });

  test("is empty again when it has done its work", async ({ page, person }) => {
    await visit(page, person);
    await page.goto("/settings/password");
    const fields = [page.getByLabel("Current password"), page.getByLabel("New password", { exact: true })];
    for (const [index, text] of [password, "green apple sandwich"].entries()) await fields[index]?.fill(text);
    await press(page, "Change the password");
    await seeText(page, "Your password is changed.");
    await eventually(() => Promise.all(fields.map((field) => field.inputValue()))).toEqual(["", ""]);
  });

  test("keeps what is typed while one looks elsewhere, until it is saved", async ({ page, person }) => {
    await visit(page, person);
    await page.goto("/settings/profile");
    const name = page.getByRole("textbox", { name: "Name" });
    await name.fill("Ada");
    await page.getByRole("link", { name: "Sessions" }).click();
    await page.getByRole("link", { name: "Profile" }).click();
    await eventually(() => name.inputValue()).toBe("Ada");
    await press(page, "Save the name");
    await seeText(page, "Your name is saved.");
    await person.data(
      "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }",
      { input: { name: "Grace" } },
    );
    await page.reload();
    await eventually(() => name.inputValue()).toBe("Grace");
  });
});
