import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { startProcess } from "../../bench/server-process.ts";
import { ownlist } from "../../bench/servers.ts";
import { createGraphql } from "../helpers/graphql.ts";
import { chromiumPath } from "../setup/chromium.ts";

// `npm run screenshot`: draws docs/screenshot.png anew, with the client as it was built last and a server of its own.

const root = resolve(import.meta.dirname, "../..");
const timeZone = "Europe/Berlin";
const account = { email: "ann@example.com", password: "plum tomato sandwich" };

/** @returns the day so many days from today, as people there count them */
const dayFromNow = (days: number) => Temporal.Now.plainDateISO(timeZone).add({ days }).toString();

/** The list from its end to its start: the newest task is first. */
const tasks = [
  { title: "Return the library books", due: { date: dayFromNow(-1) } },
  { title: "Look up trains to Lisbon", priority: "LOW" },
  { title: "Renew the passport", due: { date: dayFromNow(12) }, priority: "MEDIUM" },
  { title: "Water the tomatoes", due: { date: dayFromNow(0) } },
  {
    title: "Call the dentist about Thursday",
    due: { date: dayFromNow(1), time: "09:30", timeZone },
    priority: "HIGH",
  },
  { title: "Pay the electricity bill", due: { date: dayFromNow(0) }, priority: "URGENT" },
  {
    title: "Write the toast for Mira's wedding",
    due: { date: dayFromNow(5), time: "18:00", timeZone },
    description: "Ask Jonas for the story with the canoe.\nThree minutes at most, no puns.",
  },
  { title: "Buy oat milk and coffee" },
];

async function fill(url: string): Promise<void> {
  const { data } = createGraphql(url);
  const { signup } = await data(
    "mutation ($input: SignupInput!) { signup(input: $input) { ... on AuthPayload { accessToken } } }",
    { input: { ...account, name: "Ann" } },
  );
  for (const input of tasks)
    await data(
      "mutation ($input: CreateTaskInput!) { createTask(input: $input) { ... on CreateTaskPayload { task { id } } } }",
      { input },
      signup.accessToken,
    );
}

async function draw(url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--headless", "--no-sandbox", "--disable-quic", "--disable-background-networking"],
  });
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    timezoneId: timeZone,
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  await page.goto(url);
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Write the toast").click();
  await page.getByRole("button", { name: "Delete task" }).waitFor();
  // The caret is there or not, as it comes.
  await page.screenshot({ path: join(root, "docs/screenshot.png"), caret: "hide", animations: "disabled" });
  await browser.close();
}

const dataDir = mkdtempSync(join(tmpdir(), "ownlist-screenshot-"));
const server = await startProcess(ownlist.main, { OWNLIST_DATA: dataDir }, ownlist.flags);
try {
  const url = `http://127.0.0.1:${server.port}`;
  await fill(url);
  await draw(url);
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
}
