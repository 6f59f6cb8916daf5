import type { Transaction } from "../../db/viewer-db.ts";
import { verifyLetter } from "../../mail/letters.ts";
import type { Mailer } from "../../mail/mailer.ts";
import { verificationHours } from "../../rules/limits.ts";
import type { Background } from "../../runtime/background.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { issueCode } from "../codes/service.ts";

export type VerificationDeps = {
  readonly store: Pick<AccountStore, "bind">;
  /** Null where no mail is sent. */
  readonly mailer: Mailer | null;
  readonly background: Background;
  readonly now: () => Date;
};

/** Makes the code that shows, once it has been mailed there, that an address reaches the user. */
export function issueVerification(tables: Transaction, email: string, now: Date): Promise<string> {
  return issueCode(tables, { purpose: "verify", email, now, hours: verificationHours });
}

/** @param network that had it sent */
export function sendVerification(mailer: Mailer, email: string, code: string, network: string): void {
  mailer.send(email, verifyLetter(mailer.publicUrl, code, verificationHours), network);
}

/** Mails a code to the address of a new account, in the background; where no mail is sent, nothing happens. */
export function verifyNewAddress(
  { store, mailer, background, now }: VerificationDeps,
  { id, email }: { id: string; email: string },
  network: string,
): void {
  if (mailer === null) return;
  background.run("make a code to verify an address", async () => {
    const code = await store.bind(id).transaction((tables) => issueVerification(tables, email, now()));
    sendVerification(mailer, email, code, network);
  });
}
