import { afterEach, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
afterEach(() => server.close());

const warnings = () =>
  server
    .logged()
    .split("\n")
    .filter((line) => line.includes('"level":40'))
    .map((line) => JSON.parse(line) as { peer?: string; msg: string });

const ask = (headers: Record<string, string>) => fetch(`${server.url}/live`, { headers });

const secret = "203.0.113.77";

it.each([
  ["X-Forwarded-For", secret],
  ["X-Forwarded-Proto", "https"],
  ["X-Forwarded-Host", "tasks.example.com"],
  ["X-Real-IP", secret],
  ["Forwarded", `for=${secret}`],
])(
  "%s of a proxy that nobody named is told once, with its address and nothing of what it says",
  async (name, value) => {
    for (const trustProxy of [[], ["10.0.0.0/8"]]) {
      server = await startServer({ http: { trustProxy } });
      await ask({});
      expect(warnings()).toEqual([]);
      for (let n = 0; n < 3; n++) await ask({ [name]: value });
      expect(warnings()).toEqual([
        expect.objectContaining({
          peer: "127.0.0.1",
          msg: expect.stringMatching(/TRUST_PROXY=127\.0\.0\.1$/),
        }),
      ]);
      expect(server.logged()).not.toContain(value);
      if (trustProxy.length === 0) await server.close();
    }
  },
);

it("a named proxy that says it where nobody looks is told once", async () => {
  server = await startServer({ http: { trustProxy: ["127.0.0.1"] } });
  await ask({ "X-Forwarded-For": secret, "X-Real-IP": secret, Forwarded: `for=${secret}` });
  await ask({ "X-Forwarded-Proto": "https" });
  expect(warnings()).toEqual([]);
  await ask({ "X-Real-IP": secret });
  await ask({ Forwarded: `for=${secret}` });
  expect(warnings()).toEqual([
    expect.objectContaining({
      peer: "127.0.0.1",
      msg: expect.stringMatching(/have it send X-Forwarded-For$/),
    }),
  ]);
  expect(server.logged()).not.toContain(secret);
});
