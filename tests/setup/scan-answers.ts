import { afterAll, afterEach, expect } from "vitest";
import { forgetRequests, noteRequest, scanAnswer, takeFindings } from "../helpers/scanner.ts";

// Checks 94 and 95 for every answer that any test reads through fetch: what is in it that nobody may read fails the
// test. One that provokes that takes the findings itself.
const { fetch: originalFetch } = globalThis;
const { text: readText, json: readJson } = Response.prototype;

globalThis.fetch = (input, init) => {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  const url = input instanceof Request ? input.url : String(input);
  noteRequest(url, headers.get("authorization"), init?.body);
  return originalFetch(input, init);
};

Response.prototype.text = async function (this: Response) {
  const text = await readText.call(this);
  const type = this.headers.get("content-type") ?? "";
  // The web client and GraphiQL are files; what the servers under test make for themselves has no address.
  if (this.url !== "" && !/^text\/(?:html|css|javascript)|^image\//.test(type)) scanAnswer(this.url, text);
  return text;
};

Response.prototype.json = async function (this: Response) {
  return JSON.parse(await this.text());
};

const check = () => expect(takeFindings(), "no answer may hold what nobody may read").toEqual([]);
afterEach(check);
afterAll(() => {
  // This is loaded anew for the worker's next file, which starts from what the platform has.
  globalThis.fetch = originalFetch;
  Object.assign(Response.prototype, { text: readText, json: readJson });
  forgetRequests();
  check();
});
