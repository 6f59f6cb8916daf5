/** Says what is wrong with an e-mail address at a glance, or null. The server decides. */
export function checkEmail(email: string): string | null {
  const address = email.trim();
  if (address === "") return "Enter your e-mail address.";
  return /^\S+@\S+$/.test(address) ? null : "Enter an address such as ada@example.com.";
}
