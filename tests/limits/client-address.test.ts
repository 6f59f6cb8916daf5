import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networkOf } from "../../src/http/client-address.ts";
import { createListener } from "../../src/http/listener.ts";
import { isSecure } from "../../src/http/own-address.ts";

/** Answers with what is found out about who asks. @param host to listen on; without one, on all addresses */
function startEcho(proxies: string[], host?: string): Promise<Server> {
  const { server } = createListener(
    (exchange) => {
      const { res, address, network } = exchange;
      res.end(JSON.stringify({ address, network, isSecure: isSecure(exchange) }));
    },
    { proxies },
  );
  return new Promise((resolve) => server.listen(0, host, () => resolve(server)));
}

async function ask(server: Server, headers: Record<string, string>) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`, { headers });
  return (await response.json()) as { address: string; network: string; isSecure: boolean };
}

let trusting: Server;
let doubting: Server;
beforeAll(async () => {
  trusting = await startEcho(["127.0.0.1", "10.0.0.0/8", "fd00::/8"], "127.0.0.1");
  doubting = await startEcho([], "127.0.0.1");
});
afterAll(() => {
  trusting.close();
  doubting.close();
});

const addressFrom = async (forwarded: string) => {
  return (await ask(trusting, { "X-Forwarded-For": forwarded })).address;
};

describe("behind a proxy that is trusted, the address is", () => {
  it.each([
    ["the one that it names", "203.0.113.7", "203.0.113.7"],
    ["the last that it names: those before are hearsay", "198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["the last in front of other proxies that are trusted", "203.0.113.7, 10.1.2.3,10.9.9.9", "203.0.113.7"],
    ["a trusted proxy's own, if there is nothing before it", "10.1.2.3", "10.1.2.3"],
    ["the last good one in front of nonsense", "203.0.113.7, nonsense, 10.1.2.3", "10.1.2.3"],
    ["the proxy's where it names nobody", "", "127.0.0.1"],
    ["the proxy's where it names nonsense", "203.0.113.7, _hidden", "127.0.0.1"],
    ["without its port", "203.0.113.7:61234", "203.0.113.7"],
    ["without its brackets and port", "[2001:db8::7]:61234", "2001:db8::7"],
    ["the same however it is written", "2001:DB8:0:0:0:0:0:7", "2001:db8::7"],
    ["IPv4 where it is mapped to IPv6", "::ffff:203.0.113.7", "203.0.113.7"],
    ["IPv4 where that is written in hexadecimal", "::FFFF:cb00:7107", "203.0.113.7"],
    ["behind a trusted range of IPv6", "203.0.113.7, fd12::1", "203.0.113.7"],
  ])("%s", async (_what, forwarded, address) => {
    expect(await addressFrom(forwarded)).toBe(address);
  });
});

it("nobody is believed who is not trusted", async () => {
  const forged = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    Forwarded: "for=203.0.113.7",
  };
  expect(await ask(doubting, forged)).toEqual({
    address: "127.0.0.1",
    network: "127.0.0.1",
    isSecure: false,
  });
  const other = await startEcho(["10.0.0.0/8"], "127.0.0.1");
  expect(await ask(other, forged)).toMatchObject({ address: "127.0.0.1", isSecure: false });
  other.close();
});

it.each([
  ["https", true],
  ["HTTPS, http", true],
  ["http", false],
  ["", false],
])("a trusted proxy that says %o makes the request secure: %s", async (protocol, expected) => {
  expect((await ask(trusting, { "X-Forwarded-Proto": protocol })).isSecure).toBe(expected);
});

it.each([
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it("an address of IPv4 is the same on a socket of IPv6", async () => {
  // As it is without a host, where the machine has IPv6.
  const server = await startEcho(["127.0.0.1"]);
  expect((await ask(server, { "X-Forwarded-For": "203.0.113.7" })).address).toBe("203.0.113.7");
  expect((await ask(server, {})).address).toBe("127.0.0.1");
  server.close();
});

it.each(["proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x"])("%o is no proxy", (text) => {
  expect(() => createListener(() => {}, { proxies: [text] })).toThrow();
});
