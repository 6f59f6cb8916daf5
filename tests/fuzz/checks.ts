import { errorStatus } from "../../src/errors.ts";
import { securityHeaders } from "../../src/http/headers.ts";
import { findLeaks } from "../helpers/leaks.ts";
import type { Input, Kind, Reply } from "./input.ts";
import { describeInput } from "./input.ts";

/** What answers are held against. */
export type Known = {
  /** In nobody's answer, whatever they ask. */
  canaries: readonly string[];
  /** In no data; a message may say what the caller wrote. */
  foreignIds: readonly string[];
  /** In no answer to somebody without a credential. */
  ownCanary: string;
  /** Leaks that inputs have had in them: they may come back. */
  said: Set<string>;
};

/** The one origin besides its own whose pages the server lets in. */
export const invitedOrigin = "https://app.example.com";

const refused = [400, 401, 403, 404, 405, 406, 413, 415, 417, 431];

/** The statuses that an input of a kind may be answered. */
const statuses: Readonly<Record<Kind, ReadonlySet<number>>> = {
  document: new Set([200, 400, 401, 403, 413]),
  "mangled document": new Set([200, 400, 401, 403, 413]),
  variables: new Set([200, 400, 401, 403, 413]),
  body: new Set([200, 400, 401, 403, 413]),
  headers: new Set([200, 204, ...refused]),
  address: new Set([200, 304, ...refused, 429, 503]),
  account: new Set([200, 400, 401, 403, 429]),
  socket: new Set([200, 404, 408, ...refused]),
};

/** With BAD_REQUEST, besides its own. */
const plainStatuses = new Set([404, 405, 406, 408, 417, 431]);
const requestCodes = new Set(["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]);
const errorKeys = new Set(["message", "locations", "path", "extensions"]);
const extensionKeys = new Set(["code", "requestId", "field"]);
const listedProblems = 5;
const longestRefusal = 16_384;

type Problem = { message?: unknown; path?: unknown; extensions?: Record<string, unknown> };
type Body = { data?: unknown; errors?: Problem[]; extensions?: Record<string, unknown> };

/** @returns what is wrong with an answer, each in a few words: nothing, unless the server has a defect */
export function findFaults(input: Input, reply: Reply, known: Known): string[] {
  const text = reply.body.toString("utf8");
  const type = reply.headers.get("content-type")?.[0] ?? "";
  const isJson = /^application\/(?:graphql-response\+)?json; charset=utf-8$/.test(type);
  const isStream = /^(?:text\/event-stream|multipart\/mixed)\b/.test(type);
  const json = isStream ? (/^(?:data: )?(\{.*\})\r?$/m.exec(text)?.[1] ?? "") : isJson ? text : "";
  const body = json === "" ? undefined : parse(json);
  return [
    ...faultsOfStatus(input, reply),
    ...faultsOfHeaders(reply),
    ...(json !== "" && body === undefined ? ["the body is not JSON"] : []),
    ...(reply.status >= 400 && !isJson && !isStream && !isPlainRefusal(reply, type)
      ? [`${reply.status} as ${type}`]
      : []),
    ...(isObject(body) ? faultsOfBody(reply, body, type) : []),
    ...faultsOfReader(input, reply, isObject(body) ? body : {}),
    ...(/^text\/(?:html|css|javascript)|^image\//.test(type) ? [] : faultsOfText(input, text, body, known)),
  ];
}

function faultsOfStatus({ kind, request }: Input, { status, headers }: Reply): string[] {
  const isExport = !Buffer.isBuffer(request) && request.target.startsWith("/export");
  const isKnown = statuses[kind].has(status) && (isExport || status !== 503);
  const retries = headers.get("retry-after")?.[0];
  const needsRetry = status === 429 || status === 503;
  return [
    ...(isKnown ? [] : [`the status ${status}`]),
    ...(status === 401 && !headers.has("www-authenticate") ? ["401 without a challenge"] : []),
    ...(status === 405 && !headers.has("allow") ? ["405 without Allow"] : []),
    ...(needsRetry && !/^\d+$/.test(retries ?? "") ? [`${status} without Retry-After`] : []),
  ];
}

const policyParts = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "script-src 'self';",
];

function faultsOfHeaders({ headers }: Reply): string[] {
  const { "Content-Security-Policy": _, ...others } = securityHeaders;
  const policy = headers.get("content-security-policy")?.join() ?? "";
  const told = ["x-powered-by", "server"].filter((name) => headers.has(name));
  const invited = headers.get("access-control-allow-origin")?.join() ?? invitedOrigin;
  if (invited !== invitedOrigin || headers.has("access-control-allow-credentials"))
    told.push("Access-Control");
  const doubled = [...headers].filter(([name, values]) => values.length > 1 && name !== "set-cookie");
  return [
    ...Object.entries(others)
      .filter(([name, value]) => headers.get(name.toLowerCase())?.join() !== value)
      .map(([name]) => `the header ${name} is ${headers.get(name.toLowerCase())}`),
    ...policyParts.filter((part) => !policy.includes(part)).map((part) => `no ${part} in the policy`),
    ...told.map((name) => `the header ${name}`),
    ...doubled.map(([name]) => `two headers ${name}`),
    ...(headers.has("cache-control") ? [] : ["no Cache-Control"]),
  ];
}

/** Files that are not there, and what was no HTTP, have no JSON. */
const isPlainRefusal = ({ status, body }: Reply, type: string) =>
  status === 404 ? type.startsWith("text/plain") : [400, 408, 431].includes(status) && body.length === 0;

function faultsOfBody(reply: Reply, body: Body, type: string): string[] {
  const { status } = reply;
  const { errors, data, extensions } = body;
  if (status < 400 && !errors && !("data" in body)) return [];
  const stray = Object.keys(body).filter((key) => !["data", "errors", "extensions"].includes(key));
  const more = Object.keys(extensions ?? {}).filter((key) => key !== "cost");
  const faults = [...stray, ...more].map((key) => `the key ${key}`);
  if (errors === undefined) return status === 200 ? faults : [...faults, `${status} without errors`];
  if (!Array.isArray(errors) || errors.length === 0) return [...faults, "errors that are no list"];
  faults.push(...errors.flatMap(faultsOfError));
  const codes = errors.map((error) => String(error.extensions?.code));
  if (status >= 400 && !codes.some((code) => isStatusOf(status, code)))
    faults.push(`${codes} with ${status}`);
  if (status !== 200 || isObject(data)) return faults;
  if (!("data" in body) && !codes.every((code) => requestCodes.has(code) && !type.includes("response")))
    faults.push(`${codes} with 200`);
  if (!("data" in body) && errors.length > listedProblems) faults.push(`${errors.length} problems`);
  return faults;
}

const isStatusOf = (status: number, code: string) =>
  (code in errorStatus && errorStatus[code as keyof typeof errorStatus] === status) ||
  (code === "BAD_REQUEST" && plainStatuses.has(status));

function faultsOfError(error: Problem): string[] {
  if (!isObject(error)) return ["an error that is no object"];
  const { message, extensions } = error;
  const code = extensions?.code;
  return [
    ...Object.keys(error)
      .filter((key) => !errorKeys.has(key))
      .map((key) => `the key ${key} of an error`),
    ...Object.keys(extensions ?? {})
      .filter((key) => !extensionKeys.has(key))
      .map((key) => `the extension ${key}`),
    ...(typeof message === "string" && message !== "" && message.isWellFormed() ? [] : ["no message"]),
    ...(typeof code === "string" && code in errorStatus ? [] : [`the code ${String(code)}`]),
    ...(code === "INTERNAL_SERVER_ERROR" ? ["a bug of the server's"] : []),
  ];
}

/** What is answered to whom. */
function faultsOfReader({ credential }: Input, { status, body }: Reply, { data, errors }: Body): string[] {
  const isAnswered = isObject(data) || (status === 200 && (data !== undefined || errors !== undefined));
  return [
    ...(credential === "bad" && isAnswered ? ["a credential that can't hold was taken"] : []),
    ...(status >= 400 && body.length > longestRefusal ? [`a refusal of ${body.length} bytes`] : []),
  ];
}

function faultsOfText(input: Input, text: string, body: unknown, known: Known): string[] {
  const { canaries, foreignIds, ownCanary, said } = known;
  const leaks = findLeaks(text).filter((leak) => !isSaid(leak, said));
  const data = isObject(body) && "data" in body ? JSON.stringify(body.data) : text;
  const isStranger = input.credential === "none" || input.credential === "bad";
  // A refusal may say what the caller wrote.
  const ids = body !== undefined && (!isObject(body) || !("data" in body)) ? [] : foreignIds;
  return [
    ...leaks.map((leak) => `a leak: ${leak}`),
    ...canaries.filter((canary) => text.includes(canary)).map((canary) => `another user's ${canary}`),
    ...ids.filter((id) => data.includes(id)).map((id) => `another user's id ${id}`),
    ...(isStranger && text.includes(ownCanary) ? ["somebody's things, for a stranger"] : []),
  ];
}

/** Notes what looks like a leak in what is sent. */
export function noteSaid(input: Input, { said }: Known): void {
  const text = describeInput(input);
  for (const leak of findLeaks(text)) said.add(leak);
}

const isSaid = (leak: string, said: Set<string>) =>
  [...said].some((each) => each.includes(leak) || leak.includes(each));

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
