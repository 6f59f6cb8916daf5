import { test } from "./browser.ts";
import { expectGoodPage } from "./page-checks.ts";
import { chooseInAccount, press, seeText, visit } from "./web-client.ts";

const viewports = [
  { width: 360, height: 640 },
  { width: 1440, height: 900 },
];

for (const viewport of viewports) {
  test(`at ${viewport.width} pixels everything in the settings fits, is readable, and has a name`, async ({
    open,
    person,
  }) => {
    const page = await open({ viewport });
    const goTo = (name: string) => page.getByRole("link", { name, exact: true }).click();
    await visit(page, person);
    await chooseInAccount(page, "Settings");
    await seeText(page, "What this page calls you");
    for (const _ of ["open the form", "leave it empty"]) await press(page, "Change the address");
    await seeText(page, "Enter your e-mail address.");
    await expectGoodPage(page);

    await goTo("Password");
    await page.getByLabel("New password", { exact: true }).fill("password1");
    await seeText(page, "Very easy to guess");
    await press(page, "Change the password");
    await seeText(page, "Enter your password as it is now.");
    await expectGoodPage(page);

    await goTo("Sessions");
    await seeText(page, "This one");
    await expectGoodPage(page);
    await press(page, "Sign out everywhere else");
    await seeText(page.getByRole("dialog"), "All sessions but this one end at once.");
    await expectGoodPage(page);
    await press(page.getByRole("dialog"), "Cancel");

    await goTo("Personal tokens");
    await press(page, "New token");
    await page.getByText("Other", { exact: true }).click();
    await press(page, "Make the token");
    await seeText(page, "Choose a day that is not over.");
    await expectGoodPage(page);
    await page.getByText("365 days", { exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("Something with wheels ".repeat(4));
    await press(page, "Make the token");
    await seeText(page, "Copy it now");
    await seeText(page, "Never used");
    await expectGoodPage(page);

    await goTo("Security log");
    await seeText(page, "You made a personal token.");
    await expectGoodPage(page);

    await goTo("Your data");
    for (const name of ["Delete my account", "Delete everything"]) await press(page, name);
    await seeText(page, "Enter your password.");
    await expectGoodPage(page);
  });
}
