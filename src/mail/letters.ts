/** A mail's words; plain text, and nothing in it that would tell when or where it is read. */
export type Letter = { readonly subject: string; readonly text: string };

/** Hours in which each kind of code has to be used. */
type Hours = number;

const signature = "\n\n-- \nOwnlist\n";

function letter(subject: string, ...paragraphs: string[]): Letter {
  return { subject, text: paragraphs.join("\n\n") + signature };
}

const hoursOf = (hours: Hours) => (hours === 1 ? "an hour" : `${hours} hours`);

/** The place in the web client where a new password is set; what comes after the # stays in the browser. */
export const resetLink = (publicUrl: string, email: string, code: string) =>
  `${publicUrl}/reset#email=${encodeURIComponent(email)}&code=${code}`;

export const verifyLink = (publicUrl: string, code: string) => `${publicUrl}/verify#code=${code}`;

export const inviteLink = (publicUrl: string, code: string) => `${publicUrl}/signup#invite=${code}`;

/** To whoever asked for a new password. */
export function resetLetter(publicUrl: string, email: string, code: string, hours: Hours): Letter {
  return letter(
    "Set a new password",
    "Somebody, most likely you, asked to set a new password for your account. Open this within " +
      `${hoursOf(hours)}:`,
    resetLink(publicUrl, email, code),
    `or enter this code:\n\n${code}`,
    "It works once. If you did not ask for it, there is nothing to do: your password stays as it is.",
  );
}

/** To an address that is to be shown to reach the account's owner. */
export function verifyLetter(publicUrl: string, code: string, hours: Hours): Letter {
  return letter(
    "Confirm your e-mail address",
    `This address was given for an account. To confirm that it is yours, open this within ${hoursOf(hours)}, signed in:`,
    verifyLink(publicUrl, code),
    `or enter this code:\n\n${code}`,
    "It works once. If you know nothing of this, there is nothing to do.",
  );
}

/** To the owner of an address that somebody else wanted to change theirs to. */
export function takenLetter(publicUrl: string): Letter {
  return letter(
    "You have an account already",
    "Somebody, perhaps you, wanted to change the e-mail address of another account to this one. That can't be: there is an account with this address already.",
    `If it was you, log in with it: ${publicUrl}`,
    "If you know nothing of this, there is nothing to do: nothing has changed.",
  );
}

/** To the address that an account had before. */
export function changedLetter(publicUrl: string): Letter {
  return letter(
    "Your e-mail address was changed",
    "Your account has another e-mail address now, and this one is no longer good for logging in.",
    `If it was not you, tell whoever runs ${publicUrl} at once.`,
  );
}

/** To the owner of an account whose password was set with a code. */
export function passwordSetLetter(publicUrl: string): Letter {
  return letter(
    "Your password was changed",
    "A new password was set for your account with a code. Everything that was signed in has been signed out.",
    `If it was not you, tell whoever runs ${publicUrl} at once.`,
  );
}
