import { makeAccountInput } from "./accounts.ts";
import { makeAddressInput } from "./addresses.ts";
import { makeBodyInput } from "./bodies.ts";
import type { Cast } from "./cast.ts";
import { makeHeadersInput } from "./headers.ts";
import type { Input, Kind } from "./input.ts";
import { makeDocumentInput, makeMangledInput, makeVariablesInput } from "./operations.ts";
import { createRandom, type Random } from "./random.ts";
import { makeSocketInput } from "./sockets.ts";

/** Of a hundred inputs, how many are of each kind; accounts cost two sign-ups' worth of hashing each. */
const weights: Readonly<Record<Kind, number>> = {
  document: 30,
  "mangled document": 20,
  variables: 18,
  body: 10,
  headers: 10,
  address: 6,
  account: 2,
  socket: 4,
};

const makers: Record<Kind, (cast: Cast, random: Random) => Input | Promise<Input>> = {
  document: makeDocumentInput,
  "mangled document": makeMangledInput,
  variables: makeVariablesInput,
  body: makeBodyInput,
  headers: makeHeadersInput,
  address: makeAddressInput,
  account: makeAccountInput,
  socket: makeSocketInput,
};

/** @returns the same input for the same two numbers, but for the ids and secrets of the cast */
export async function makeInput(cast: Cast, seed: number, index: number): Promise<Input> {
  const random = createRandom(seed, index);
  return makers[random.weighted(weights)](cast, random);
}
