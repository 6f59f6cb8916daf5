import { pino } from "pino";
import { readEnv } from "../../src/config/env.ts";
import { createPool, createProbe } from "../../src/db/pool.ts";
import { createPreparing } from "../../src/db/preparing.ts";
import { createServer } from "../../src/server/server.ts";

/**
 * The server as a process of its own, so that it can live in another time zone (TZ). Its arguments
 * are the database's connection and the secret; it tells its parent the port, and ends when the parent hangs up.
 */
const log = pino({ level: "silent" });
const [connection = "{}", jwtSecret = ""] = process.argv.slice(2);
const preparing = createPreparing(false, log);
const pool = createPool(JSON.parse(connection), log, { preparing });
const probe = createProbe(JSON.parse(connection), log);
const env = readEnv({ BCRYPT_COST: "4", RATE_LIMIT: "off" });
const server = createServer({
  ...env,
  sessions: { ...env.sessions, jwtSecret },
  pool,
  probe,
  preparing,
  installationId: "5eed0123-4567-489a-8bcd-ef0123456789",
  log,
  clientDir: import.meta.dirname,
  runsHousekeeping: true,
});
const { port } = await server.listen(0, "127.0.0.1");
process.send?.({ port, zone: Temporal.Now.timeZoneId() });
process.once("disconnect", async () => {
  await server.close();
  await Promise.all([pool.end(), probe.end()]);
});
