import { once } from "node:events";
import net from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { mostSockets } from "../../src/http/sockets.ts";
import { rawPost, startFront, type TestFront } from "./front-server.ts";

let front: TestFront;
const sockets: net.Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await front?.close();
});

const limits = { maxConnections: 8, maxConnectionsByNetwork: 4 };
const held = rawPost('{"query":"{ held }"}');

/** Connects, and waits until the server has let it in or closed it. */
async function connect(localAddress: string, bytes = "GET /live HTTP/1.1\r\nHost: a\r\n\r\n") {
  const socket = net.connect({ port: front.port, host: "127.0.0.1", localAddress }, () =>
    socket.write(bytes),
  );
  sockets.push(socket);
  socket.on("error", () => {});
  const taken = bytes === held ? once(front.server, "request") : once(socket, "data");
  const closed = new Promise((resolve) => socket.on("close", resolve));
  await Promise.race([taken, closed]);
  return socket;
}

async function connectMany(count: number, localAddress: string, bytes?: string) {
  const opened = [];
  for (let index = 0; index < count; index++) opened.push(await connect(localAddress, bytes));
  return opened;
}

const untilClosed = (closed: (net.Socket | undefined)[]) =>
  vi.waitFor(() => expect(closed.every((socket) => socket?.destroyed)).toBe(true), { timeout: 10_000 });
const openOf = (all: net.Socket[]) => all.filter(({ destroyed }) => !destroyed);

describe("connections", () => {
  it("of one network are no more than its share: its oldest idle one makes room", async () => {
    front = await startFront({ limits });
    const own = await connectMany(6, "127.0.0.1");
    await untilClosed(own.slice(0, 2));
    expect(openOf(own)).toEqual(own.slice(2));
  });

  it("of one network are refused where all of its share are at work", async () => {
    front = await startFront({ limits });
    const own = await connectMany(4, "127.0.0.1", held);
    const refused = await connect("127.0.0.1");
    await untilClosed([refused]);
    expect(openOf(own)).toHaveLength(4);
    expect(openOf([await connect("127.0.0.2")])).toHaveLength(1);
  });

  it("of somebody new are let in where there is no room, for one of those who have the most", async () => {
    front = await startFront({ limits });
    const few = await connectMany(3, "127.0.0.2");
    const most = [...(await connectMany(4, "127.0.0.1")), ...(await connectMany(1, "127.0.0.3"))];
    const late = await connect("127.0.0.4");
    await untilClosed([most[0]]);
    expect(openOf([...most, ...few, late])).toEqual([...most.slice(1), ...few, late]);
  });

  it("of somebody new are let in where all are at work, for one of those who have much more", async () => {
    front = await startFront({ limits });
    const busy = [
      ...(await connectMany(4, "127.0.0.1", held)),
      ...(await connectMany(2, "127.0.0.2", held)),
      ...(await connectMany(2, "127.0.0.3", held)),
    ];
    const late = await connect("127.0.0.4");
    await untilClosed([busy[0]]);
    expect(openOf([...busy, late])).toEqual([...busy.slice(1), late]);
  });

  it("of those who have the most take none from others", async () => {
    front = await startFront({ limits: { maxConnections: 6, maxConnectionsByNetwork: 6 } });
    const few = await connectMany(2, "127.0.0.2");
    await connectMany(4, "127.0.0.1", held);
    await untilClosed([await connect("127.0.0.1")]);
    expect(openOf(few)).toHaveLength(2);
  });

  it("of a proxy that is named are as many as all together", async () => {
    front = await startFront({ limits, trustProxy: ["127.0.0.1"] });
    expect(openOf(await connectMany(7, "127.0.0.1"))).toHaveLength(7);
  });

  it("are fewer than the files that the process may open", () => {
    expect(mostSockets(10)).toBe(10);
    expect(mostSockets(Number.MAX_SAFE_INTEGER)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});
