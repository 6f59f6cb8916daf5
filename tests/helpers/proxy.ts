import type { ServerDeps } from "../../src/server/server.ts";
import { freePort } from "../setup/free-port.ts";
import { startNginx } from "../setup/nginx.ts";
import type { ReverseProxy } from "../setup/reverse-proxy.ts";

/** What stands in front of the servers under test: nothing, or nginx at the root or in front of a path. */
const kind = process.env.TEST_PROXY ?? "";
if (!["", "nginx", "nginx-path"].includes(kind)) throw new Error("TEST_PROXY is nginx or nginx-path");

/** Below which path of their origin the servers under test lie; "" for the root. */
export const sitePath = kind === "nginx-path" ? "/tasks" : "";

/** An address in front of a server that is yet to be started. */
export type Site = {
  /** Without a slash at the end. */
  url: string;
  /** What the server has to be told. */
  http: Partial<ServerDeps["http"]>;
  /** Sends everything on to the server. */
  forward(port: number): Promise<ReverseProxy>;
};

/** Finds an address for a server to have people reach it at, as TEST_PROXY says; null where that is the server's own. */
export async function openSite(): Promise<Site | null> {
  if (kind === "") return null;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${sitePath}`;
  return {
    url,
    // At the root it has to do without being told.
    http: { trustProxy: ["127.0.0.1"], ...(sitePath !== "" && { publicUrl: url }) },
    forward: (upstream) => startNginx(forwarding(port, upstream), port),
  };
}

// As most people have it: a Host without the port, and whatever else nginx makes of the request.
const forwarding = (port: number, upstream: number) => `
server {
  listen 127.0.0.1:${port};
  location ${sitePath}/ {
    proxy_pass http://127.0.0.1:${upstream};
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
  }
}`;
