import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { rawPost, sendRaw, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
afterEach(() => front.close());

const quick = { headersTimeout: 300, requestTimeout: 400, connectionsCheckingInterval: 50 };
const head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

describe("checks 64 and 69: a sender that is slow", () => {
  it.each([
    ["with its headers", "GET /live HTTP/1.1\r\n", "x: y\r\n"],
    ["with its body", `${head}Content-Length: 1000\r\n\r\n`, "x"],
    ["with its chunks", `${head}Transfer-Encoding: chunked\r\n\r\n`, "1\r\nx\r\n"],
    ["or stops half-way", `${head}Content-Length: 1000\r\n\r\n{`, undefined],
    ["or sends nothing", "", undefined],
  ])("%s gets 408 and is cut off", async (_, bytes, drip) => {
    front = await startFront({ limits: quick });
    const answer = await sendRaw(front.port, bytes, drip === undefined ? {} : { drip });
    expect(answer).toMatchObject({ status: 408, closed: true });
    expect(answer.text).toContain("Connection: close");
    expect(answer.ms).toBeLessThan(2_500);
    expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
  });

  it("does not keep others waiting", async () => {
    front = await startFront({ limits: quick });
    const slow = Array.from({ length: 200 }, (_, n) =>
      n % 2
        ? sendRaw(front.port, "GET / HTTP/1.1\r\n", { drip: "x: y\r\n" })
        : sendRaw(front.port, `${head}Content-Length: 1000\r\n\r\n`, { drip: "x" }),
    );
    expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
    const times: number[] = [];
    for (let request = 0; request < 50; request++) {
      const startedAt = performance.now();
      expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
      times.push(performance.now() - startedAt);
    }
    expect(times.toSorted((a, b) => a - b)[25]).toBeLessThan(500);
    for (const answer of await Promise.all(slow)) {
      expect(answer.closed).toBe(true);
      // What is still on its way to a connection that is closed resets it, and may take the answer with it.
      expect([408, 0]).toContain(answer.status);
    }
    expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
  });
});

it("a reader that does not read is cut off", async () => {
  const long = async () => ({ status: 200, headers: {}, body: "x".repeat(50_000_000) });
  front = await startFront({ limits: { idleTimeout: 300 }, graphql: long });
  const socket = net.connect(front.port, "127.0.0.1", () => socket.write(rawPost(`{"query":"{ echo }"}`)));
  socket.pause();
  await expect.poll(() => front.lines().at(-1), { timeout: 5_000 }).toMatchObject({ aborted: true });
  socket.destroy();
});

it("a connection ends after its last request, which says so", async () => {
  front = await startFront({ limits: { maxRequestsPerSocket: 3 } });
  const request = rawPost('{"query":"mutation { count }"}');
  const { text, closed } = await sendRaw(front.port, request.repeat(5));
  expect(closed).toBe(true);
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  expect(text.match(/Connection: close/g)).toHaveLength(1);
  expect(front.effects.count, "what comes after it has no effect").toBe(3);
});

describe("stopping", () => {
  const held = rawPost('{"query":"{ held }"}');

  it("lets what is in flight finish, closes what is idle and takes nothing new", async () => {
    front = await startFront();
    const inFlight = sendRaw(front.port, held);
    const silent = sendRaw(front.port, "");
    const idle = sendRaw(front.port, "GET /live HTTP/1.1\r\nHost: a\r\n\r\n");
    await sleep(100);
    const closing = front.stop(5_000);
    expect((await silent).closed).toBe(true);
    expect((await idle).closed).toBe(true);
    await expect(fetch(`${front.url}/live`)).rejects.toThrow();
    front.release();
    const answer = await inFlight;
    expect(answer).toMatchObject({ status: 200, closed: true });
    expect(answer.text).toMatch(/Connection: close/);
    expect(answer.text).toContain('{"held":"released"}');
    await closing;
  });

  it("cuts off what takes longer than the time of grace", async () => {
    front = await startFront();
    const inFlight = sendRaw(front.port, held);
    await sleep(100);
    const startedAt = performance.now();
    await front.stop(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await inFlight).toMatchObject({ text: "", closed: true });
  });
});
