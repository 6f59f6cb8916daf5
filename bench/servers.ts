import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { owner, peer } from "./database.ts";
import { contract } from "./dialects/contract.ts";
import { plain } from "./dialects/plain.ts";
import { postgraphile } from "./dialects/postgraphile.ts";
import type { Dialect } from "./operation.ts";

export type Server = {
  name: string;
  title: string;
  /** What Node.js runs. */
  main: string;
  /** Node.js's own, before that. */
  flags: string[];
  /** As whom it connects to PostgreSQL. */
  role: string;
  /** What its own guide says to set in production. */
  env: Record<string, string>;
  dialect: Dialect;
  /** Whether PostgreSQL itself keeps users apart. */
  hasRowSecurity: boolean;
};

/** This one. */
export const ownCheckout = resolve(import.meta.dirname, "..");

/**
 * @returns Ownlist as `npm start` of a checkout runs it
 * @throws Error where that is not Node.js with a file
 */
export function ownlistOf(checkout: string, name: string, title: string): Server {
  const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  const [, flags, main] = /^node ((?:--\S+ )*)(\S+)$/.exec(scripts.start) ?? [];
  if (flags === undefined || main === undefined) throw new Error(`What does "${scripts.start}" run?`);
  return {
    name,
    title,
    main: join(checkout, main),
    // Paths in them are the checkout's.
    flags: flags
      .split(" ")
      .filter((flag) => flag !== "")
      .map((flag) => flag.replace("=./", `=${checkout}/`)),
    role: owner,
    env: {},
    dialect: contract,
    hasRowSecurity: true,
  };
}

/** Ownlist as it is shipped. */
export const ownlist = ownlistOf(ownCheckout, "ownlist", "Ownlist");

const file = (name: string) => resolve(import.meta.dirname, "servers", name);
const production = { NODE_ENV: "production" };

/** The first is what the others are compared with. */
export const servers: Server[] = [
  {
    name: "limit",
    title: "limit",
    main: file("limit.ts"),
    flags: [],
    role: peer,
    env: production,
    dialect: plain,
    hasRowSecurity: false,
  },
  ownlist,
  {
    name: "postgraphile",
    title: "PostGraphile",
    main: file("postgraphile.ts"),
    flags: [],
    role: peer,
    env: { ...production, GRAPHILE_ENV: "production" },
    dialect: postgraphile,
    hasRowSecurity: true,
  },
  {
    name: "mercurius",
    title: "Mercurius",
    main: file("mercurius.ts"),
    flags: [],
    role: peer,
    env: production,
    dialect: contract,
    hasRowSecurity: false,
  },
  {
    name: "apollo",
    title: "Apollo Server",
    main: file("apollo.ts"),
    flags: [],
    role: peer,
    env: production,
    dialect: contract,
    hasRowSecurity: false,
  },
];
