import { describe, expect, onTestFinished } from "vitest";
import { createInvites } from "../../src/features/accounts/invites.ts";
import { newAddress } from "../auth/accounts.ts";
import { password, signUp } from "../helpers/people.ts";
import { jwtSecret, startServer } from "../helpers/server.ts";
import { publicUrl, startWithMail } from "../mail/mail-api.ts";
import { codeIn, type Mail } from "../mail/mailbox.ts";
import { eventually, pathOf, test } from "./browser.ts";
import { expectGoodPage } from "./page-checks.ts";
import { addField, chooseInAccount, fillSignIn, press, seeText, signIn, visit } from "./web-client.ts";

const changed = "green apple sandwich";

/** A server that sends mail, as long as the test runs. */
async function startMail() {
  const { server, mailbox } = await startWithMail();
  onTestFinished(async () => {
    await server.close();
    await mailbox.close();
  });
  return { server, mailbox };
}

/** The address within the web client that a mail's link leads to. */
function linkIn({ text }: Mail): string {
  const link = text.split("\n").find((line) => line.startsWith(publicUrl)) ?? "";
  return link.slice(publicUrl.length);
}

describe("somebody who forgot the password", () => {
  test("chooses another by the link in a mail, which leaves no code in the address", async ({ open }) => {
    const { server, mailbox } = await startMail();
    const person = await signUp(server);
    await mailbox.take(person.email);
    const page = await open({ baseURL: server.url });
    await page.goto("/");
    await page.getByRole("link", { name: "Forgotten your password?" }).click();
    await page.getByLabel("E-mail").fill(person.email);
    await press(page, "Mail me a code");
    await seeText(page, `If there is an account for ${person.email}, a mail`);
    const mail = await mailbox.take(person.email);
    await page.goto(linkIn(mail));
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    expect(page.url()).not.toContain(codeIn(mail));
    await page.getByLabel("New password", { exact: true }).fill("short");
    await press(page, "Set the new password");
    await seeText(page, "Use at least 8 characters.");
    await expectGoodPage(page);
    await page.getByLabel("New password", { exact: true }).fill(changed);
    await press(page, "Set the new password");
    await seeText(page, "Your password is changed. Sign in with the new one.");
    await fillSignIn(page, { email: person.email, password: changed });
    await press(page, "Sign in");
    await addField(page).waitFor();
    expect((await person.send("{ tasks(first: 1) { edges { cursor } } }")).status).toBe(401);
  });

  test("is told at the field that a code is wrong, and whom to ask where no mail is sent", async ({
    page,
  }) => {
    await page.goto("/#forgotten");
    await seeText(page, "This server sends no mail. Ask whoever runs it for a code");
    await page.getByRole("link", { name: "I have a code" }).click();
    await page.getByLabel("E-mail").fill(newAddress());
    await page.getByLabel("Code", { exact: true }).fill("AAAA-AAAA-AAAA-AAAA-AAAA");
    await page.getByLabel("New password", { exact: true }).fill(changed);
    await press(page, "Set the new password");
    await eventually(() => page.getByLabel("Code", { exact: true }).getAttribute("aria-invalid")).toBe(
      "true",
    );
    await page.getByRole("link", { name: "Back to signing in" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("an address", () => {
  test("is confirmed by the link in the mail, also by somebody who has to sign in first", async ({
    open,
  }) => {
    const { server, mailbox } = await startMail();
    const person = await signUp(server);
    const page = await open({ baseURL: server.url });
    await page.goto(linkIn(await mailbox.take(person.email)));
    await seeText(page, "Sign in to confirm your e-mail address.");
    await expectGoodPage(page);
    await fillSignIn(page, { email: person.email, password });
    await press(page, "Sign in");
    await seeText(page, "Not confirmed yet");
    await expectGoodPage(page);
    await press(page, "Confirm the address");
    await seeText(page, `${person.email} is confirmed.`);
    await seeText(page, "Confirmed");
    expect(pathOf(page)).toBe("/settings/profile");
  });

  test("is changed once its code is entered", async ({ open }) => {
    const { server, mailbox } = await startMail();
    const person = await signUp(server);
    const page = await open({ baseURL: server.url });
    await visit(page, person);
    await chooseInAccount(page, "Settings");
    await seeText(page, "Not confirmed yet");
    await press(page, "Change the address");
    const email = newAddress();
    await page.getByLabel("New e-mail address").fill(email);
    await page.getByLabel("Your password").fill(password);
    await press(page, "Change the address");
    await seeText(page, `A mail with a code went to ${email}.`);
    await page.getByLabel("Code from the mail").fill("AAAA-AAAA-AAAA-AAAA-AAAA");
    await press(page, "Confirm the address");
    const field = page.getByLabel("Code from the mail");
    await eventually(() => field.getAttribute("aria-invalid")).toBe("true");
    await expectGoodPage(page);
    await field.fill(codeIn(await mailbox.take(email)));
    await press(page, "Confirm the address");
    await seeText(page.getByRole("main"), email);
    await seeText(page, "Confirmed");
  });
});

describe("signing up", () => {
  test("is not offered by a server that takes no new accounts", async ({ open }) => {
    const server = await startServer({ signup: { policy: "closed" } });
    onTestFinished(() => server.close());
    const page = await open({ baseURL: server.url });
    await page.goto("/#sign-up");
    await seeText(page, "This server takes no new accounts. Ask whoever runs it.");
    await expectGoodPage(page);
    await page.getByRole("link", { name: "Sign in instead" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.getByRole("link", { name: "Create an account" }).count()).toBe(0);
  });

  test("needs the code of an invitation where the server asks for one", async ({ open }) => {
    const server = await startServer({ signup: { policy: "invite" } });
    onTestFinished(() => server.close());
    const page = await open({ baseURL: server.url });
    await page.goto("/#sign-up");
    const code = page.getByLabel("Invitation code");
    await code.fill("ownlist_invite_made-up");
    const email = newAddress();
    await fillSignIn(page, { email, password });
    await press(page, "Sign up");
    await eventually(() => code.getAttribute("aria-invalid")).toBe("true");
    await expectGoodPage(page);
    const invite = createInvites([jwtSecret]).issue(new Date(Date.now() + 3_600_000));
    await page.goto("about:blank");
    await page.goto(`/signup#invite=${invite}`);
    await eventually(() => code.inputValue()).toBe(invite);
    await fillSignIn(page, { email, password });
    await press(page, "Sign up");
    await addField(page).waitFor();
    expect(pathOf(page)).toBe("/");
    await page.reload();
    await addField(page).waitFor();
    await signIn(await open({ baseURL: server.url }), { email });
  });
});
