import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingSecurityHeaders, sendRaw, startFront, type TestFront } from "./front-server.ts";

const page =
  '<meta name="base-path" content="./"><link href="./favicon.svg"><script src="./assets/index.js"></script>';
const browser = { Accept: "text/html" };
let root: string;
let front: TestFront;
let atRoot: TestFront;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ownlist-front-"));
  await mkdir(join(root, "assets"));
  await writeFile(join(root, "index.html"), page);
  await writeFile(join(root, "favicon.svg"), "<svg/>");
  await writeFile(join(root, "assets/index.js"), "export {};");
  front = await startFront({
    clientDir: root,
    basePath: "/tasks",
    corsOrigins: ["https://app.example.com"],
    download: (_req, { open }) => open("export.json")("{}"),
  });
  atRoot = await startFront({ clientDir: root });
});
afterAll(async () => {
  await Promise.all([front.close(), atRoot.close()]);
  await rm(root, { recursive: true });
});

const post = (path: string) =>
  fetch(front.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: '{ echo(text: "here") }' }),
  });

describe("a server below a path", () => {
  it.each(["/tasks", ""])("answers to what a proxy passes on as %s/…", async (prefix) => {
    expect(await (await post(`${prefix}/graphql`)).json()).toEqual({ data: { echo: "here" } });
    for (const path of ["/live", "/ready", "/favicon.svg", "/assets/index.js"]) {
      const { status, headers } = await fetch(front.url + prefix + path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(missingSecurityHeaders(headers)).toEqual([]);
    }
    expect(await (await fetch(`${front.url}${prefix}/export`)).json()).toEqual({});
    const preflight = await fetch(`${front.url}${prefix}/graphql`, {
      method: "OPTIONS",
      headers: { Origin: "https://app.example.com", "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect((await fetch(`${front.url}${prefix}/nothing.txt`)).status).toBe(404);
  });

  it.each([
    "/tasks",
    "/tasks/",
    "/tasks/settings/profile",
    "/tasks?show=all",
    "/",
    "/settings",
    "/tasksgraphql",
  ])("has the page at %s load everything from below it", async (path) => {
    const response = await fetch(front.url + path, { headers: browser, redirect: "manual" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("base-uri 'none'");
    expect(await response.text()).toBe(page.replaceAll('"./', '"/tasks/'));
  });

  it.each(["/tasks/graphql", "/graphql"])("has GraphiQL at %s load and ask from below it", async (path) => {
    const text = await (await fetch(front.url + path, { headers: browser })).text();
    const urls = text.match(/[\w/]*\/graphiql\/[\w.-]+/g) ?? [];
    expect(urls).toHaveLength(6);
    for (const url of urls) {
      expect(url.startsWith("/tasks/graphiql/")).toBe(true);
      expect((await fetch(front.url + url)).status).toBe(200);
      expect((await fetch(front.url + url.slice("/tasks".length))).status).toBe(200);
    }
    expect(text).toContain('href="/tasks/favicon.svg"');
    expect(text).toContain("&#34;basePath&#34;:&#34;/tasks&#34;");
  });

  it("knows the path however it is encoded, and takes it away once", async () => {
    expect((await post("/t%61sks/graphql")).status).toBe(200);
    const twice = await fetch(`${front.url}/tasks/tasks/graphql`, { headers: browser });
    expect(await twice.text()).toContain('name="base-path"');
    expect((await post("/tasks/tasks/graphql")).status).toBe(405);
  });

  it.each(["//tasks/graphql", "/tasks//graphql", "/tasks/../graphql", "/tasks/./graphql", "/tasks\\graphql"])(
    "refuses what could be read in two ways: %s",
    async (path) => {
      const { status } = await sendRaw(front.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`, {
        until: "\r\n\r\n",
      });
      expect(status).toBe(400);
    },
  );
});

describe("a server at the root", () => {
  it("has the page load everything from there", async () => {
    for (const path of ["/", "/settings/profile"]) {
      expect(await (await fetch(atRoot.url + path)).text()).toBe(page.replaceAll('"./', '"/'));
    }
    const graphiql = await (await fetch(`${atRoot.url}/graphql`, { headers: browser })).text();
    expect(graphiql).toContain('href="/favicon.svg"');
    expect((await fetch(`${atRoot.url}/tasks/live`)).headers.get("content-type")).toContain("text/html");
  });
});
