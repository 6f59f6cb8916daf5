import { withBase } from "../browser/base-path.ts";
import { renew } from "./renewal.ts";
import { getGrant, isTokenDue } from "./session.ts";

/**
 * Asks for all that the account holds, which is not part of GraphQL.
 * @returns the server's answer, whatever its status; its body may be large
 * @throws when there is no answer, or the session is over
 */
export async function fetchExport(userId: string): Promise<Response> {
  if (isTokenDue()) await renew(userId, null);
  const response = await send();
  if (response.status !== 401) return response;
  await renew(userId, getGrant()?.accessToken ?? null);
  return send();
}

function send(): Promise<Response> {
  const headers = { Authorization: `Bearer ${getGrant()?.accessToken}` };
  return fetch(withBase("/export"), { headers, credentials: "omit", cache: "no-store" });
}
