import { request } from "node:http";
import { type Answer, readAnswer } from "./graphql.ts";

/**
 * Sends one operation with a Host of its own, as proxies make it of the one that people asked for; `fetch` sends no
 * other than the address's.
 */
export function sendAtHost(
  url: string,
  query: string,
  headers: Record<string, string>,
  variables: object = {},
): Promise<Answer> {
  const body = JSON.stringify({ query, variables });
  const length = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/graphql`, { method: "POST", headers: { ...length, ...headers } }, (res) => {
      const pairs = Object.entries(res.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      );
      res.toArray().then((chunks) => {
        const init = { status: res.statusCode ?? 0, headers: pairs };
        resolve(readAnswer(new Response(Buffer.concat(chunks), init)));
      }, reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
