import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingSecurityHeaders, sendRaw, startFront, type TestFront } from "./front-server.ts";

let root: string;
let front: TestFront;
const page = "<!doctype html><title>client</title>";
const script = `console.log("${"hello ".repeat(1_000)}")`;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ownlist-front-"));
  await mkdir(join(root, "dist/assets"), { recursive: true });
  await mkdir(join(root, "dist/.git"));
  await writeFile(join(root, "secret.txt"), "outside");
  await writeFile(join(root, "dist/index.html"), `${page}<meta nonce="STYLE_NONCE">`);
  await writeFile(join(root, "dist/favicon.svg"), "<svg/>");
  await writeFile(join(root, "dist/assets/index-a1b2c3.js"), script);
  await writeFile(join(root, "dist/assets/index-a1b2c3.js.map"), "{}");
  await writeFile(join(root, "dist/.git/HEAD"), "ref");
  front = await startFront({ clientDir: join(root, "dist") });
});
afterAll(async () => {
  await front.close();
  await rm(root, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${front.url}${path}`, { headers });

describe("checks 76 and 97: the web client", () => {
  it.each(["/", "/index.html", "/tasks", "/tasks/abc", "/metrics", "/data/", "/live/x"])(
    "is the page at %s",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("<title>client</title>");
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    },
  );

  it("keeps files with a hash in their name for good, compressed for who can read it", async () => {
    const path = "/assets/index-a1b2c3.js";
    const response = await get(path, { "Accept-Encoding": "identity" });
    expect(await response.text()).toBe(script);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    for (const encoding of ["br", "gzip"]) {
      const encoded = async () => (await get(path, { "Accept-Encoding": `zstd, ${encoding}` })).headers;
      await expect.poll(async () => (await encoded()).get("content-encoding")).toBe(encoding);
      expect(Number((await encoded()).get("content-length"))).toBeLessThan(200);
      expect(await (await get(path, { "Accept-Encoding": encoding })).text()).toBe(script);
    }
    const refused = await get(path, { "Accept-Encoding": "br;q=0, gzip; q=0.0" });
    expect(refused.headers.get("content-encoding")).toBeNull();
    expect(await refused.text()).toBe(script);
  });

  it("is not sent again to who has it", async () => {
    for (const path of ["/favicon.svg", "/assets/index-a1b2c3.js"]) {
      const etag = (await get(path)).headers.get("etag") ?? "";
      const again = await get(path, { "If-None-Match": `"other", ${etag}` });
      expect(again.status).toBe(304);
      expect(missingSecurityHeaders(again.headers)).toEqual([]);
      expect((await get(path, { "If-None-Match": '"other"' })).status).toBe(200);
    }
  });

  it("allows the styles that carry a nonce, another one in each answer, which is never kept", async () => {
    const nonces = new Set<string>();
    for (const path of ["/", "/index.html", "/tasks", "/"]) {
      const { headers, text } = await get(path).then(async (answer) => ({
        headers: answer.headers,
        text: await answer.text(),
      }));
      const [, nonce = ""] = /nonce="([\w+/=]+)"/.exec(text) ?? [];
      expect(Buffer.from(nonce, "base64")).toHaveLength(16);
      expect(headers.get("content-security-policy")).toContain(`; style-src 'self' 'nonce-${nonce}';`);
      expect(headers.get("etag")).toBeNull();
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(4);
  });

  it.each([
    "/tasks/x.css",
    "/assets/unknown",
    "/assets/index-a1b2c3.js.map",
    "/.git/HEAD",
    "/.env",
    "/.well-known/security.txt",
    "/data/jwt-secret.txt",
    "/schema.graphql",
    "/src/main.ts",
    "/node_modules/graphql/package.json",
    "/package.json",
    "/secret.txt",
    "/graphiql.js",
  ])("has nothing at %s", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/outside|ref|<title>/);
  });

  it.each([
    "/../secret.txt",
    "/assets/..%2f..%2f..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "//secret.txt",
    "/..\\secret.txt",
  ])("does not leave its folder for %s", async (path) => {
    const answer = await sendRaw(front.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`, {
      until: "\r\n\r\n",
    });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain("outside");
  });

  it("answers HEAD without a body", async () => {
    const { text } = await sendRaw(front.port, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 200.*Content-Length: 75\r\n.*\r\n\r\n$/s);
  });

  it("that is not built says how to build it, and is there as soon as it is", async () => {
    const dir = join(root, "later");
    const other = await startFront({ clientDir: dir });
    const missing = await fetch(other.url);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain("npm run build");
    await mkdir(dir);
    await writeFile(join(dir, "index.html"), "built");
    expect(await (await fetch(other.url)).text()).toBe("built");
    await other.close();
  });
});

describe("check 97: GraphiQL", () => {
  const browser = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

  it("is a page that loads only our own files and runs no script of its own", async () => {
    const response = await get("/graphql", browser);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(missingSecurityHeaders(response.headers)).toEqual([]);
    const page = await response.text();
    expect(page).not.toMatch(/https?:|<script(?![^>]* src="\/graphiql\/)|\son\w+=/);
    const urls = page.match(/\/graphiql\/[\w.-]+/g) ?? [];
    expect(urls).toHaveLength(6);
    for (const url of urls) {
      const file = await get(url);
      expect(file.status).toBe(200);
      expect(file.headers.get("cache-control")).toContain("immutable");
      expect(file.headers.get("content-type")).toMatch(/^text\/(css|javascript); charset=utf-8$/);
    }
    expect((await get("/graphiql/none.js")).status).toBe(404);
  });

  it("opens again at an address with a query, which is not executed", async () => {
    const response = await get("/graphql?query=mutation%7Bcount%7D", browser);
    expect(await response.text()).toContain("<title>GraphiQL");
    expect(front.effects.count).toBe(0);
  });

  it("opens on a document that the schema takes, in lines that its panes show whole", async () => {
    const at = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
    const schema = buildSchema(await at("schema.graphql"));
    const document = await at("src/http/graphiql/example.graphql");
    expect(validate(schema, parse(document))).toEqual([]);
    const variables = await at("src/http/graphiql/example-variables.json");
    expect(Object.keys(JSON.parse(variables))).toEqual(["account", "login", "task"]);
    // A window of 1280 pixels shows 48 characters.
    const widest = 46;
    const lines = [document, variables].join("\n").split("\n");
    expect(lines.filter((line) => line.length > widest)).toEqual([]);
  });

  it("is gone when it is switched off", async () => {
    const off = await startFront({ graphiql: false, clientDir: join(root, "dist") });
    const page = await fetch(`${off.url}/graphql`, { headers: browser });
    expect(page.status).toBe(404);
    expect(page.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect((await fetch(`${off.url}/graphiql/graphiql.js`)).status).toBe(404);
    await off.close();
  });
});

describe("check 97: health", () => {
  it("says that the process lives and whether it is ready, and nothing more", async () => {
    expect(await (await get("/live")).json()).toEqual({ status: "live" });
    const ready = await get("/ready");
    expect(await ready.json()).toEqual({ status: "ready" });
    expect(ready.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    ["it says no", () => Promise.resolve(false)],
    ["it fails", () => Promise.reject(new Error("postgres://secret"))],
    ["it does not answer", () => new Promise<boolean>(() => {})],
  ])("is unavailable when the database is asked and %s", async (_, isReady) => {
    const unready = await startFront({ isReady });
    const responses = await Promise.all([fetch(`${unready.url}/ready`), fetch(`${unready.url}/ready`)]);
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("1");
      expect(await response.json()).toEqual({ status: "unavailable" });
    }
    expect((await fetch(`${unready.url}/live`)).status).toBe(200);
    await unready.close();
  });
});
