import { resolve } from "node:path";
import { nodeFlags } from "../src/process/node-flags.ts";
import { owner, peer } from "./database.ts";
import { contract } from "./dialects/contract.ts";
import { plain } from "./dialects/plain.ts";
import { postgraphile } from "./dialects/postgraphile.ts";
import type { Dialect } from "./operation.ts";

export type Server = {
  name: string;
  title: string;
  /** What Node.js is given. */
  args: readonly string[];
  /** As whom it connects to PostgreSQL. */
  role: string;
  /** What its own guide says to set in production. */
  env: Record<string, string>;
  dialect: Dialect;
};

/** What Node.js is given for Ownlist, as `npm start` does. */
export const ownlistArgs = [...nodeFlags, resolve(import.meta.dirname, "../src/main.ts")];

const file = (name: string) => resolve(import.meta.dirname, "servers", name);
const production = { NODE_ENV: "production" };

/** The first is what the others are compared with. */
export const servers: Server[] = [
  {
    name: "limit",
    title: "limit",
    args: [file("limit.ts")],
    role: peer,
    env: production,
    dialect: plain,
  },
  {
    name: "ownlist",
    title: "Ownlist",
    args: ownlistArgs,
    role: owner,
    env: {},
    dialect: contract,
  },
  {
    name: "postgraphile",
    title: "PostGraphile",
    args: [file("postgraphile.ts")],
    role: peer,
    env: { ...production, GRAPHILE_ENV: "production" },
    dialect: postgraphile,
  },
  {
    name: "mercurius",
    title: "Mercurius",
    args: [file("mercurius.ts")],
    role: peer,
    env: production,
    dialect: contract,
  },
  {
    name: "apollo",
    title: "Apollo Server",
    args: [file("apollo.ts")],
    role: peer,
    env: production,
    dialect: contract,
  },
];
