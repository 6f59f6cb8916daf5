import cluster from "node:cluster";

/** What the harness tells a server, in the variables that Ownlist takes as well. */
export const settings = {
  port: Number(process.env.PORT),
  databaseUrl: process.env.DATABASE_URL ?? "",
  jwtSecret: process.env.JWT_SECRET ?? "",
  processes: Number(process.env.WEB_CONCURRENCY ?? 1),
};

/** Connections that a process keeps to PostgreSQL: as many as Ownlist's. */
export const maxConnections = 16;

/**
 * Runs a server, in several processes where the settings ask for it, and says so when it can be asked.
 * @param listen resolves when the server listens at `settings.port` on 127.0.0.1
 */
export async function serve(listen: () => Promise<unknown>): Promise<void> {
  if (settings.processes > 1 && cluster.isPrimary) {
    let listening = 0;
    cluster.on("listening", () => {
      listening += 1;
      if (listening === settings.processes) sayReady();
    });
    for (let started = 0; started < settings.processes; started++) cluster.fork();
    return;
  }
  await listen();
  if (cluster.isPrimary) sayReady();
}

function sayReady(): void {
  process.stdout.write("ready\n");
}
