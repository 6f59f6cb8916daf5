import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { publicUrl, requestReset } from "./mail-api.ts";
import { openMailbox } from "./mailbox.ts";

const from = "tasks@example.com";
const startWith = (smtpUrl: string) => startServer({ mail: { smtpUrl, from, publicUrl } });
const failure = "could not send a mail";

/** What the log says of mails that were not sent. */
const failuresOf = (server: TestServer) =>
  server
    .logged()
    .split("\n")
    .filter((line) => line.includes(failure));

describe("a mail that can't be sent", () => {
  it("because the address is refused is told to the log, without the address and the mail server's words", async () => {
    const mailbox = await openMailbox("nobody of this name here");
    const server = await startWith(mailbox.url);
    const { email } = await signUp(server);
    await vi.waitUntil(() => failuresOf(server).length > 0, 10_000);
    const [line = ""] = failuresOf(server);
    expect(line).toContain("EENVELOPE 550");
    expect(server.logged()).not.toContain(email);
    expect(server.logged()).not.toContain("nobody of this name");
    await server.close();
    await mailbox.close();
  });

  it("because there is no mail server changes no answer", async () => {
    const mailbox = await openMailbox();
    await mailbox.close();
    const server = await startWith(mailbox.url);
    const { email } = await signUp(server);
    expect((await requestReset(server, email)).data.requestPasswordReset.requested).toBe(true);
    await vi.waitUntil(() => failuresOf(server).length === 2, 10_000);
    expect(failuresOf(server)[0]).toContain("ESOCKET");
    await server.close();
  });

  it("because the mail server says nothing holds up neither an answer nor the end", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const server = await startWith(`smtp://127.0.0.1:${port}`);
    await signUp(server);
    const connected = () =>
      new Promise<number>((resolve) => silent.getConnections((_, count) => resolve(count)));
    await vi.waitUntil(async () => (await connected()) > 0, 10_000);
    const since = Date.now();
    await server.close();
    expect(Date.now() - since).toBeLessThan(4000);
    silent.close();
  });

  it("without the mail server's password going out in the clear is not sent, but within this machine", async () => {
    const mailbox = await openMailbox();
    // The same machine by a name that does not say so.
    const away = mailbox.url.replace("127.0.0.1", "user:hunter2-hunter2@0.0.0.0");
    const server = await startWith(away);
    await signUp(server);
    await vi.waitUntil(() => failuresOf(server).length > 0, 10_000);
    expect(failuresOf(server)[0]).toContain("ETLS");
    expect(server.logged()).not.toContain("hunter2");
    await server.close();
    expect([mailbox.mails, mailbox.passwords]).toEqual([[], []]);

    const near = await startWith(mailbox.url.replace("//", "//user:hunter2-hunter2@"));
    const { email } = await signUp(near);
    await mailbox.take(email);
    expect(mailbox.passwords).toEqual(["hunter2-hunter2"]);
    await near.close();
    await mailbox.close();
  });
});
