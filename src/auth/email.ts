import { domainToASCII } from "node:url";

/** RFC 5321 §4.5.3.1: 64 octets before the @, 254 for the whole path without its brackets. */
const maxLocalLength = 64;
const maxLength = 254;

/** What may stand before the @: no white space, controls, invisible format characters, or quoting. */
const localPart = /^[^\s\p{C}"(),:;<>@[\]\\]+$/u;
const hostLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export type Address = {
  /** As it is to be kept; empty where there is a problem. */
  email: string;
  /** What is compared: without case, the domain in its ASCII form (IDNA, UTS #46). */
  key: string;
  /** In words: no address at all, or one that Unicode normalisation (NFKC) would change into another. */
  problem: string | null;
};

const refused = (problem: string): Address => ({ email: "", key: "", problem });

/** Reads an e-mail address, white space around it aside. */
export function readEmail(written: string): Address {
  const email = written.trim();
  const at = email.lastIndexOf("@");
  const local = email.slice(0, at);
  const host = domainToASCII(email.slice(at + 1)).toLowerCase();
  const labels = host.split(".");
  if (
    at < 1 ||
    !localPart.test(local) ||
    local.split(".").includes("") ||
    labels.length < 2 ||
    !labels.every((label) => hostLabel.test(label)) ||
    /^\d+$/.test(labels.at(-1) ?? "")
  ) {
    return refused("Give an e-mail address like name@example.com.");
  }
  if (Buffer.byteLength(email) > maxLength || Buffer.byteLength(local) > maxLocalLength) {
    return refused(`An e-mail address has at most ${maxLocalLength} bytes before the @ and ${maxLength} in all.`);
  }
  const plain = email.normalize("NFKC");
  if (plain !== email) {
    return refused(`This address is written with look-alike characters. If it is ${plain}, write it so.`);
  }
  return { email, key: `${local.toLowerCase()}@${host}`, problem: null };
}
