import net from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Answer } from "../../src/graphql/response.ts";
import type { Download } from "../../src/http/download.ts";
import { rawPost, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
const sockets: net.Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await front.close();
});

/** More than the system takes for a reader that reads nothing. */
const large = "x".repeat(12_000_000);
const answerOf = (body: string): Answer => ({ status: 200, headers: { "Content-Type": "text/plain" }, body });
const query = rawPost('{"query":"{ echo }"}');
const live = "GET /live HTTP/1.1\r\nHost: a\r\n\r\n";
const patience = { timeout: 20_000 };

/** Sends bytes and reads nothing until it is told to. */
function connect(bytes: string, localAddress = "127.0.0.1") {
  const socket = net.connect({ port: front.port, host: "127.0.0.1", localAddress }, () =>
    socket.write(bytes),
  );
  sockets.push(socket);
  let received = 0;
  socket.pause();
  socket.on("error", () => {});
  return {
    socket,
    /** Reads until so many bytes are there, or the end. */
    read: (bytes: number) =>
      new Promise<number>((resolve) => {
        socket.on("data", (chunk: Buffer) => {
          received += chunk.length;
          if (received >= bytes) resolve(received);
        });
        socket.on("close", () => resolve(received));
        socket.resume();
      }),
  };
}

describe("answers that nobody reads", () => {
  it("are kept up to a bound, and who has waited longest is cut off", async () => {
    const graphql = vi.fn(async () => answerOf(large));
    front = await startFront({ graphql, limits: { maxUnsentByNetwork: 30_000_000 } });
    const readers = [];
    for (let count = 1; count <= 5; count++) {
      readers.push(connect(query));
      await vi.waitFor(() => expect(graphql).toHaveBeenCalledTimes(count), patience);
    }
    await vi.waitFor(() => expect(front.lines()).toHaveLength(3), patience);
    expect(front.lines().every(({ aborted }) => aborted === true)).toBe(true);
    const received = await Promise.all(readers.map(({ read }) => read(large.length)));
    expect(received.map((bytes) => bytes > large.length)).toEqual([false, false, false, true, true]);
  });

  it("have an end, which is later for those that are longer", async () => {
    const limits = { readingTime: 200, slowestReading: large.length };
    front = await startFront({ graphql: async () => answerOf(large), limits });
    const idle = connect(query);
    await vi.waitFor(() => expect(front.lines()).toMatchObject([{ aborted: true }]), patience);
    expect(front.lines()[0]?.ms).toBeGreaterThanOrEqual(1_200);
    expect(await idle.read(large.length)).toBeLessThan(large.length);
  });

  it("of a download have an end for each piece", async () => {
    const limits = { readingTime: 200, slowestReading: 10_000_000 };
    const download = async (_req: unknown, { open }: Download) => {
      for (const write = open("endless.json"); ; ) await write(large);
    };
    front = await startFront({ download, limits });
    connect("GET /export HTTP/1.1\r\nHost: a\r\n\r\n");
    await vi.waitFor(() => expect(front.lines()).toMatchObject([{ aborted: true }]), patience);
    expect(front.lines()[0]?.ms).toBeLessThan(10_000);
  });

  it("cost no copy of a file each", async () => {
    front = await startFront();
    const page = await (await fetch(`${front.url}/graphql`, { headers: { Accept: "text/html" } })).text();
    const [path = ""] = /\/graphiql\/graphiql\.[\w-]+\.js/.exec(page) ?? [];
    const compressed = () => fetch(front.url + path, { headers: { "Accept-Encoding": "gzip" } });
    await vi.waitFor(
      async () => expect((await compressed()).headers.get("content-encoding")).toBe("gzip"),
      patience,
    );
    const head = await fetch(front.url + path, {
      method: "HEAD",
      headers: { "Accept-Encoding": "identity" },
    });
    const size = Number(head.headers.get("content-length"));
    expect(size).toBeGreaterThan(4_000_000);
    const before = process.memoryUsage().arrayBuffers;
    const get = `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const answered = vi.fn();
    front.server.on("request", (_req, res) => vi.waitUntil(() => res.writableEnded, patience).then(answered));
    const readers = Array.from({ length: 20 }, () => connect(get));
    await vi.waitFor(() => expect(answered).toHaveBeenCalledTimes(20), patience);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size * 4);
    expect(await readers[0]?.read(size)).toBeGreaterThan(size);
  });
});

describe("requests in one go", () => {
  it("are started when the answer before has been read", async () => {
    const graphql = vi.fn(async () => answerOf(large));
    front = await startFront({ graphql, limits: { maxUnsentByNetwork: 30_000_000 } });
    const reader = connect(query.repeat(3));
    await vi.waitFor(() => expect(graphql).toHaveBeenCalledTimes(1), patience);
    // Whatever was started at once would have been by now.
    expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
    expect(graphql).toHaveBeenCalledTimes(2);
    expect(await reader.read(large.length * 3)).toBeGreaterThan(large.length * 3);
    expect(graphql).toHaveBeenCalledTimes(4);
  });

  it("are not read while one before them is being answered, and all are answered then", async () => {
    front = await startFront({ limits: { maxRequestsPerSocket: 100_000 } });
    const taken = vi.fn();
    front.server.on("request", taken);
    const many = 10_000;
    const asking = connect(rawPost('{"query":"{ held }"}') + live.repeat(many));
    await vi.waitFor(() => expect(taken.mock.calls.length).toBeGreaterThan(100), patience);
    for (let count = 0; count < 50; count++) await (await fetch(`${front.url}/live`)).text();
    // What comes in one piece with the first request: 64 KB.
    expect(taken.mock.calls.length).toBeLessThan(many / 2);
    front.release();
    void asking.read(Number.POSITIVE_INFINITY);
    await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(1 + many + 50), patience);
  });

  it("count for as long as they wait", async () => {
    front = await startFront({ limits: { maxUnsentByNetwork: 1_000_000 } });
    const closed = vi.fn();
    const readers = Array.from({ length: 4 }, () =>
      connect(rawPost('{"query":"{ held }"}') + live.repeat(100)),
    );
    for (const { socket } of readers) socket.on("close", closed).resume();
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(2), patience);
    front.release();
    await vi.waitFor(
      () => expect(front.lines().filter(({ path }) => path === "/live")).toHaveLength(200),
      patience,
    );
    expect(closed).toHaveBeenCalledTimes(2);
  });
});

it("a body whose end does not come counts", async () => {
  front = await startFront({ limits: { maxUnsentByNetwork: 250_000 } });
  const head =
    "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
  const closed = vi.fn();
  for (let count = 0; count < 3; count++)
    connect(head + "x".repeat(99_000))
      .socket.resume()
      .on("close", closed);
  await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1), patience);
  expect((await front.post('{"query":"{ echo }"}')).status).toBe(200);
});
