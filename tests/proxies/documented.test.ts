import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";
import { freePort } from "../setup/free-port.ts";
import type { ReverseProxy } from "../setup/reverse-proxy.ts";
import { readBlocks } from "./blocks.ts";
import { readConfigurations } from "./configurations.ts";
import { guess, liveThrough } from "./session.ts";
import { createVisitor } from "./visitor.ts";

const browser = { Accept: "text/html,application/xhtml+xml" };
const guesses = 3;
const limited = { "login-by-address": { points: guesses, seconds: 600 } };

/** The addresses of what a page loads. */
const filesOf = (page: string) => [...page.matchAll(/ (?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);

it("docs/self-hosting.md has three configurations of each proxy", () => {
  for (const language of ["nginx", "caddyfile", "yaml"]) expect(readBlocks(language)).toHaveLength(3);
});

for (const { title, isOn, url, start } of readConfigurations()) {
  describe.runIf(isOn)(`${title}, as docs/self-hosting.md has it,`, () => {
    let server: TestServer;
    let proxy: ReverseProxy | undefined;
    let port: number;
    const path = new URL(`${url}/`).pathname;
    const from = (localAddress: string) => createVisitor(url, { port, localAddress });
    beforeAll(async () => {
      port = await freePort();
      server = await startServer({
        rateLimits: limited,
        http: { publicUrl: url, trustProxy: ["127.0.0.1"] },
      });
      proxy = await start({ port, upstream: server.port });
    });
    afterAll(async () => {
      await proxy?.stop();
      await server.close();
    });

    it("lets people sign up, stay signed in, keep tasks and sign out, with a cookie for TLS alone", async () => {
      const visitor = from("127.0.0.2");
      const cookies: string[] = [];
      await liveThrough(visitor, (cookie) => cookies.push(cookie));
      expect(new Set(cookies).size).toBeGreaterThan(1);
      for (const cookie of cookies) {
        expect(cookie).toMatch(/^__Host-ownlist.*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
      }
    });

    it("shows the web client at every address of it, with all that it loads", async () => {
      const visitor = from("127.0.0.2");
      for (const place of ["", "?show=all", "settings/profile", "reset"]) {
        const page = await visitor.get(path + place, browser);
        expect(page.status).toBe(200);
        expect(page.headers["strict-transport-security"]).toBe("max-age=31536000");
        const files = filesOf(page.text);
        expect(files.length).toBeGreaterThan(3);
        for (const file of files) {
          expect(file.startsWith(path), file).toBe(true);
          const { status, headers } = await visitor.get(file);
          expect({ file, status }).toEqual({ file, status: 200 });
          expect(headers["content-type"]).toMatch(/^(text\/(css|javascript)|image\/svg)/);
        }
      }
    });

    it("leads from the path without its slash to the page", async () => {
      const visitor = from("127.0.0.2");
      let page = await visitor.get(new URL(url).pathname, browser);
      const { location } = page.headers;
      if (location !== undefined) {
        const { protocol, hostname, pathname } = new URL(String(location), url);
        expect(`${protocol}//${hostname}${pathname}`).toBe(`${url}/`);
        page = await visitor.get(pathname, browser);
      }
      expect(page.status).toBe(200);
      expect(page.text).toContain("<title>Ownlist</title>");
    });

    it("shows GraphiQL, with all that it loads", async () => {
      const visitor = from("127.0.0.2");
      const page = await visitor.get(`${path}graphql`, browser);
      expect(page.text).toContain("<title>GraphiQL · Ownlist</title>");
      const files = [
        ...filesOf(page.text),
        ...(page.text.match(/\/[\w/]*graphiql\/[\w.-]+-worker[\w.-]+/g) ?? []),
      ];
      expect(files).toHaveLength(7);
      for (const file of files)
        expect({ file, ...(await visitor.get(file)) }).toMatchObject({ file, status: 200 });
    });

    it("tells whether the server is ready, and refuses an export to nobody", async () => {
      const visitor = from("127.0.0.2");
      expect((await visitor.get(`${path}ready`)).text).toBe('{"status":"ready"}');
      expect((await visitor.get(`${path}live`)).status).toBe(200);
      expect((await visitor.get(`${path}export`)).status).toBe(401);
    });

    it("has limits count by the address that people come from, whatever they say", async () => {
      const guesser = from("127.0.0.3");
      const forge = (index: number) => ({ "X-Forwarded-For": `192.0.2.${index}` });
      for (let index = 0; index < guesses; index += 1) expect(await guess(guesser, forge(index))).toBe(200);
      expect(await guess(guesser, forge(guesses))).toBe(429);
      expect(await guess(guesser)).toBe(429);
      expect(await guess(from("127.0.0.4"))).toBe(200);
    });
  });
}
