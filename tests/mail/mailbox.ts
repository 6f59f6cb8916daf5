import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { vi } from "vitest";

export type Mail = {
  from: string;
  to: string[];
  /** By their names in lower case. */
  headers: Record<string, string>;
  /** Decoded, with plain line breaks. */
  text: string;
  /** As it came. */
  raw: string;
};

/** A mail server on this machine that keeps what it is sent. */
export type Mailbox = {
  /** For SMTP_URL. */
  url: string;
  mails: Mail[];
  /** That it was sent. */
  passwords: string[];
  /** Waits for mail to an address. @returns what has come there since the last time */
  take(to: string): Promise<Mail>;
  close(): Promise<void>;
};

const decode = (text: string) =>
  text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function read(from: string, to: string[], raw: string): Mail {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replace(/\r\n\s+/g, " ")
    .split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.replace(/^[^:]*:\s*/, "")]),
  );
  const body = raw.slice(end + 4);
  const isQuoted = headers["content-transfer-encoding"] === "quoted-printable";
  return { from, to, headers, text: (isQuoted ? decode(body) : body).replaceAll("\r\n", "\n"), raw };
}

/** @param refusal what it says to every address, where it takes no mail */
export async function openMailbox(refusal?: string): Promise<Mailbox> {
  const mails: Mail[] = [];
  const waiting: Mail[] = [];
  const passwords: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      passwords.push(password ?? "");
      done(null, { user: username ?? "" });
    },
    disableReverseLookup: true,
    logger: false,
    onRcptTo: (_address, _session, done) => done(refusal === undefined ? undefined : new Error(refusal)),
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        const mail = read(from, to, Buffer.concat(chunks).toString("utf8"));
        mails.push(mail);
        waiting.push(mail);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    passwords,
    async take(address) {
      const index = () => waiting.findIndex(({ to }) => to.includes(address));
      await vi.waitUntil(() => index() >= 0, { timeout: 10_000, interval: 5 });
      const [mail] = waiting.splice(index(), 1);
      if (mail === undefined) throw new Error("no mail");
      return mail;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export const codeForm = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}$/m;

/** @returns the code that stands by itself in a mail */
export function codeIn({ text }: Mail): string {
  const [code] = codeForm.exec(text) ?? [];
  if (code === undefined) throw new Error(`no code in the mail:\n${text}`);
  return code;
}
