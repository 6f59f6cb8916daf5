import { afterEach, describe, expect, it } from "vitest";
import { type Overrides, startServer } from "../helpers/server.ts";
import { freePort } from "../setup/free-port.ts";
import { areNginxTestsOn } from "../setup/nginx.ts";
import { readBlocks, replaceIn } from "./blocks.ts";
import { startNginxBlock } from "./configurations.ts";
import { liveThrough } from "./session.ts";
import { createVisitor } from "./visitor.ts";

const host = "tasks.example.com";
const written = "proxy_set_header Host $http_host;";

const mistakes: [title: string, changes: Record<string, string>][] = [
  ["passes the Host on without its port", { [written]: "proxy_set_header Host $host;" }],
  ["passes the name of the upstream on as Host", { [written]: "" }],
  ["says of itself that it is another", { [written]: "proxy_set_header Host internal.example;" }],
];
const settings: [title: string, overrides: Overrides][] = [
  ["names the proxy", { http: { trustProxy: ["127.0.0.1"] } }],
  ["was told of no proxy at all", {}],
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.runIf(areNginxTestsOn).each(mistakes)("an nginx that %s", (_, changes) => {
  it.each(settings)(
    "keeps nobody from staying signed in and signing out where Ownlist %s",
    async (_, overrides) => {
      const server = await startServer(overrides);
      closing.push(() => server.close());
      const port = await freePort();
      const block = replaceIn(readBlocks("nginx")[0] ?? "", changes);
      const proxy = await startNginxBlock({ block, host }, { port, upstream: server.port });
      closing.push(() => proxy.stop());
      await liveThrough(createVisitor(`https://${host}:${port}`, { port, localAddress: "127.0.0.2" }));
      expect(server.logged()).not.toContain("CSRF");
    },
  );
});
