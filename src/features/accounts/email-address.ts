import { domainToASCII, domainToUnicode } from "node:url";
import { maxEmailBytes, maxLocalPartBytes } from "../../rules/limits.ts";

/** Without white space, controls, characters that show nothing, and quoting. */
const plainPart = /^[^\s\p{C}\p{Default_Ignorable_Code_Point}\u2800"(),:;<>@[\]\\]+$/u;
const hostLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export type Address = {
  /** As it is to be kept; empty where there is a problem. */
  email: string;
  /** What is compared: without case, the domain in its ASCII form (IDNA, UTS #46). */
  key: string;
  /** In words: no address at all, or one that normalisation (NFKC, UTS #46) would change into another. */
  problem: string | null;
};

const refused = (problem: string): Address => ({ email: "", key: "", problem });

/** Without case. Which small sigma a capital one becomes depends on its place in a word, so both count as one. */
const fold = (text: string) => text.toLowerCase().replaceAll("ς", "σ").normalize("NFC");

function isHost(ascii: string): boolean {
  const labels = ascii.split(".");
  return (
    labels.length > 1 && labels.every((label) => hostLabel.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

const tooLong = () =>
  refused(
    `An e-mail address has at most ${maxLocalPartBytes} bytes before the @ and ${maxEmailBytes} in all.`,
  );

/** Reads an e-mail address, white space around it aside. */
export function readEmail(written: string): Address {
  const email = written.trim();
  // Before anything else is done: to put a long host into its ASCII form takes the square of its length.
  if (Buffer.byteLength(email) > maxEmailBytes) return tooLong();
  const at = email.lastIndexOf("@");
  const local = email.slice(0, at);
  const host = email.slice(at + 1);
  // As it reads hosts of URLs, this leaves out or decodes much of what does not belong there.
  const ascii = domainToASCII(host);
  if (
    at < 1 ||
    !plainPart.test(local) ||
    local.split(".").includes("") ||
    !plainPart.test(host) ||
    !isHost(ascii)
  ) {
    return refused("Give an e-mail address like name@example.com.");
  }
  if (Buffer.byteLength(local) > maxLocalPartBytes) return tooLong();
  const isHostPlain = [ascii, domainToUnicode(ascii)].some((form) => fold(form) === fold(host));
  if (!isHostPlain || email.normalize("NFKC") !== email) {
    const plain = `${local.normalize("NFKC")}@${isHostPlain ? host : ascii}`;
    return refused(`This address is written with look-alike characters. If it is ${plain}, write it so.`);
  }
  return { email, key: `${fold(local)}@${ascii}`, problem: null };
}

/** @returns what attempts at an account are counted by, for what is no address too; no longer than addresses are */
export function accountKeyOf(written: string): string {
  return readEmail(written).key || written.trim().slice(0, maxEmailBytes).toLowerCase();
}
