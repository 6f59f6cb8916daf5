import { readBundle } from "../../src/http/graphiql/bundle.ts";

// What bundle.test.ts runs below `node --watch`.
process.stdout.write(`${Object.keys(await readBundle()).join()}\n`);
