import type { Background } from "../runtime/background.ts";
import type { Letter } from "./letters.ts";
import { createMailQueue } from "./mail-queue.ts";

/** How mail leaves this server. */
export type MailSettings = {
  /** The mail server, with user and password. */
  readonly smtpUrl: string;
  /** An address, or a name and one in angle brackets. */
  readonly from: string;
  /** The origin at which people reach the web client. */
  readonly publicUrl: string;
};

export type Mailer = {
  /** For the links in mails. */
  readonly publicUrl: string;
  /**
   * Sends a mail in the background: no request waits for it, and that it failed is told to the log alone.
   * @param network that had it sent: mails of one wait behind each other, and take turns with those of others
   */
  send(to: string, letter: Letter, network: string): void;
  /** What is being sent gets a second more. */
  hurry(): void;
};

/** Mails that are sent at once; the others wait for their turn. */
const concurrency = 4;
const maxWaiting = 500;

/** Milliseconds. The last is for all of a mail, however slowly the mail server goes on. */
const timeouts = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 8000, dnsTimeout: 5000 };
const mailTimeout = 15_000;
const closingTime = 1000;

/** What may be told of a failure: the mail server's words are left out, since they name the address. */
class MailFailure extends Error {
  constructor(error: unknown) {
    const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
    super(`the mail server did not take it: ${[code, responseCode].filter(Boolean).join(" ") || "unknown"}`);
  }
}

/** A password goes out encrypted, unless it stays on this machine; the address can say otherwise (`?requireTLS=false`). */
function needsTls(smtpUrl: string): boolean {
  const { password, hostname } = new URL(smtpUrl);
  return password !== "" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** Loaded where mail is sent alone: it takes a while, and most servers send none. */
async function openTransport(smtpUrl: string) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    ...timeouts,
    requireTLS: needsTls(smtpUrl),
    disableFileAccess: true,
    disableUrlAccess: true,
    url: smtpUrl,
  });
}

/** Makes what sends mail; it connects for each. */
export function createMailer({ smtpUrl, from, publicUrl }: MailSettings, background: Background): Mailer {
  const opening = openTransport(smtpUrl);
  // Whoever sends a mail hears of it.
  opening.catch(() => {});
  const inTurn = createMailQueue({ concurrency, maxWaiting });
  const closing = new AbortController();

  async function deliver(to: string, { subject, text }: Letter): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(mailTimeout), closing.signal]);
    // No mailbox is to answer it by itself (RFC 3834 §5).
    const headers = { "Auto-Submitted": "auto-generated" };
    const mail = { from, to: { name: "", address: to }, subject, text, headers, signal };
    const transport = await opening;
    await transport.sendMail(mail).catch((error: unknown) => {
      throw new MailFailure(error);
    });
  }

  return {
    publicUrl,
    send: (to, letter, network) =>
      background.run("send a mail", () => inTurn(network, () => deliver(to, letter))),
    hurry: () => {
      setTimeout(() => closing.abort(), closingTime).unref();
    },
  };
}
