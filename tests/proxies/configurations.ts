import { areCaddyTestsOn, startCaddy } from "../setup/caddy.ts";
import { areNginxTestsOn, startNginx } from "../setup/nginx.ts";
import { readBlocks, replaceIn } from "./blocks.ts";
import { makeCertificate } from "./certificate.ts";

/** A proxy in front of a server, as docs/self-hosting.md has it. */
export type Configuration = {
  title: string;
  isOn: boolean;
  /** Where people reach the server that is behind it: its PUBLIC_URL. */
  url: string;
  start: (ports: { port: number; upstream: number }) => Promise<{ stop(): Promise<void> }>;
};

const places = [
  { title: "a host of its own", host: "tasks.example.com", path: "" },
  { title: "a path that is passed on", host: "example.com", path: "/tasks" },
  { title: "a path that is taken away", host: "example.com", path: "/tasks" },
];

/** Starts nginx with one of the document's servers, after the changes that a test makes. */
export async function startNginxBlock(
  { block, host }: { block: string; host: string },
  { port, upstream }: { port: number; upstream: number },
) {
  const { certificate, key, remove } = makeCertificate([host]);
  const changes = {
    "listen 443 ssl;": `listen 127.0.0.1:${port} ssl;`,
    [`/etc/ssl/certs/${host}.pem`]: certificate,
    [`/etc/ssl/private/${host}.key`]: key,
    "127.0.0.1:4000": `127.0.0.1:${upstream}`,
  };
  try {
    return await startNginx(replaceIn(block, changes), port);
  } finally {
    remove();
  }
}

/** All that the document has for nginx and Caddy; the tests fail where there is one more or less than they know of. */
export function readConfigurations(): Configuration[] {
  const nginx = readBlocks("nginx");
  const caddy = readBlocks("caddyfile");
  return places.flatMap(({ title, host, path }, index): Configuration[] => {
    const url = `https://${host}${path}`;
    return [
      {
        title: `nginx with ${title}`,
        isOn: areNginxTestsOn,
        url,
        start: (ports) => startNginxBlock({ block: nginx[index] ?? "", host }, ports),
      },
      {
        title: `Caddy with ${title}`,
        isOn: areCaddyTestsOn,
        url,
        start: ({ port, upstream }) =>
          startCaddy(replaceIn(caddy[index] ?? "", { "127.0.0.1:4000": `127.0.0.1:${upstream}` }), {
            host,
            port,
          }),
      },
    ];
  });
}
