import { resolve } from "node:path";
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
  /** As whom it connects to PostgreSQL. */
  role: string;
  /** What its own guide says to set in production. */
  env: Record<string, string>;
  dialect: Dialect;
};

/** What Node.js runs for Ownlist. */
export const ownlistMain = resolve(import.meta.dirname, "../src/main.ts");

const file = (name: string) => resolve(import.meta.dirname, "servers", name);
const production = { NODE_ENV: "production" };

/** The first is what the others are compared with. */
export const servers: Server[] = [
  {
    name: "limit",
    title: "limit",
    main: file("limit.ts"),
    role: peer,
    env: production,
    dialect: plain,
  },
  {
    name: "ownlist",
    title: "Ownlist",
    main: ownlistMain,
    role: owner,
    env: {},
    dialect: contract,
  },
  {
    name: "postgraphile",
    title: "PostGraphile",
    main: file("postgraphile.ts"),
    role: peer,
    env: { ...production, GRAPHILE_ENV: "production" },
    dialect: postgraphile,
  },
  {
    name: "mercurius",
    title: "Mercurius",
    main: file("mercurius.ts"),
    role: peer,
    env: production,
    dialect: contract,
  },
  {
    name: "apollo",
    title: "Apollo Server",
    main: file("apollo.ts"),
    role: peer,
    env: production,
    dialect: contract,
  },
];
