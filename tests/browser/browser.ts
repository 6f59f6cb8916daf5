import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, test as plainTest } from "vitest";
import { signUp } from "../helpers/people.ts";
import { sitePath } from "../helpers/proxy.ts";
import { startServer } from "../helpers/server.ts";
import { areBrowserTestsOn, chromiumPath } from "../setup/chromium.ts";

/**
 * What the browser leaves out: what playwright-core leaves out, of which only the last list counts; the pages behind the
 * address line, which it would load anew for every window; and the process that it keeps ready for another site.
 */
const withoutFeatures = [
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "SpareRendererForSitePerProcess",
  "ThirdPartyStoragePartitioning",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxPopup",
];

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-extensions-with-background-pages",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  `--disable-features=${withoutFeatures.join(",")}`,
];

/** Milliseconds that the page gets for anything, on a machine that does something else meanwhile. */
const patience = 15_000;

type Open = (options?: BrowserContextOptions) => Promise<Page>;

/**
 * A test with a server that is its file's own and a browser that its worker's files share. The browser's complaints fail
 * it: anything written to the console as an error or a warning, an exception, a violation of the content security
 * policy, a request to elsewhere.
 */
export const test = plainTest
  /** By how many milliseconds the server's clock is ahead. */
  .extend("clock", { scope: "file" }, () => ({ ahead: 0 }))
  .extend("server", { scope: "file" }, async ({ clock }, { onCleanup }) => {
    const server = await startServer({ now: () => new Date(Date.now() + clock.ahead) });
    onCleanup(() => server.close());
    return server;
  })
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads off the pattern what a fixture needs
  .extend("browser", { scope: "worker" }, async ({}, { onCleanup }) => {
    const browser = await chromium.launch({ executablePath: chromiumPath, args: flags });
    onCleanup(() => browser.close());
    return browser;
  })
  .extend("watch", () => createWatch())
  /** Opens a page in a context of its own: another browser, as far as the server can tell. baseURL: another server's. */
  .extend("open", async ({ server, browser, watch, task }, { onCleanup }): Promise<Open> => {
    const contexts: BrowserContext[] = [];
    onCleanup(async () => {
      const pages = contexts.flatMap((context) => context.pages());
      if (task.result?.state === "fail") for (const page of pages) await describePage(page);
      // Requests that a test has stopped on their way are of no interest any more.
      for (const page of contexts.flatMap((context) => context.pages())) {
        await page.unrouteAll({ behavior: "ignoreErrors" });
      }
      await Promise.all(contexts.map((context) => context.close()));
      expect(watch.complaints, "nothing may go wrong behind the page").toEqual([]);
    });
    return async (options) => {
      const context = await browser.newContext({
        baseURL: server.url,
        locale: "en-GB",
        timezoneId: "Europe/Berlin",
        reducedMotion: "reduce",
        ...options,
      });
      const url = options?.baseURL ?? server.url;
      contexts.push(context);
      context.on("page", (page) => goBelow(page, url));
      context.setDefaultTimeout(patience);
      await watch.add(context, url);
      return context.newPage();
    };
  })
  .extend("page", ({ open }) => open())
  /** Somebody new with an account. */
  .extend("person", ({ server }) => signUp(server))
  .runIf(areBrowserTestsOn);

/** Reads something again and again until it is as expected. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: patience });
}

/** Has a page take paths as those of the server, wherever that lies on its origin. */
function goBelow(page: Page, url: string): void {
  const goto = page.goto.bind(page);
  page.goto = (address, options) => goto(address.startsWith("/") ? url + address : address, options);
}

/** The path of the page's address, below the server's own. */
export function pathOf(page: Page): string {
  return new URL(page.url()).pathname.slice(sitePath.length);
}

function createWatch() {
  const complaints: string[] = [];
  let mayFail = false;
  let fault: string | null = null;
  const complain = (text: string) => {
    if (fault === null || !text.includes(fault)) complaints.push(text);
  };
  return {
    complaints,
    /** From here on requests may fail and be refused, because the test makes them. */
    allowFailedRequests() {
      mayFail = true;
    },
    /** From here on a fault whose text has this in it may happen, because the test makes it. */
    allowFault(text: string) {
      fault = text;
    },
    async add(context: BrowserContext, server: string) {
      context.on("console", (message) => {
        const isExpected = mayFail && message.text().startsWith("Failed to load resource:");
        if (!isExpected && ["error", "warning"].includes(message.type())) {
          complain(`${message.type()}: ${message.text()}`);
        }
      });
      context.on("weberror", (error) => complain(String(error.error().stack)));
      context.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(`${server}/`) && !url.startsWith("data:")) complaints.push(`request to ${url}`);
      });
      await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
          console.error(`violates ${violatedDirective}: ${blockedURI}`);
        });
      });
    },
  };
}

/** What the page showed when its test failed. */
async function describePage(page: Page): Promise<void> {
  const content = await page.locator("body").ariaSnapshot({ timeout: 2_000 });
  console.log(`${page.url()}\n${content}`);
}
