import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
} from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import type { OneConnection } from "../one-connection.ts";

/** Prisma's schema engine; `free()` it after use. */
export type Engine = engine.SchemaEngine;

/**
 * Prisma's schema engine in WebAssembly, which downloads nothing.
 * @param connection what it works on; every statement goes through it
 * @param openShadow makes an empty database that migrations are tried on, which only comparing needs
 */
export async function openEngine(
  connection: OneConnection,
  openShadow?: () => Promise<OneConnection>,
): Promise<Engine> {
  await loadWasm();
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: () => adapt(connection),
    async connectToShadowDb() {
      if (openShadow === undefined) throw new Error("Applying migrations needs no second database.");
      return adapt(await openShadow());
    },
  });
  return engine.SchemaEngine.new({ datamodels: undefined }, () => {}, factory);
}

async function adapt(connection: OneConnection): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg(throughOne(connection)).connect();
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    async queryRaw(statement) {
      const { columnTypes, ...result } = await adapter.queryRaw(statement);
      const isChar = (index: number) => result.columnNames[index]?.endsWith(charMark);
      return {
        rows: result.rows,
        columnNames: result.columnNames.map((name) => name.replace(charMark, "")),
        columnTypes: columnTypes.map((type, index) => (isChar(index) ? ColumnTypeEnum.Character : type)),
      };
    },
    executeRaw: (statement) => adapter.executeRaw(statement),
    startTransaction: (level) => adapter.startTransaction(level),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    dispose: () => adapter.dispose(),
    // The adapter's own cuts a script at every semicolon, those in functions and strings too, and runs the pieces one
    // by one. PostgreSQL takes the whole, in one transaction.
    async executeScript(script) {
      await connection.query(script);
    },
  };
}

// The adapter does not know "char", PostgreSQL's internal type of one byte, which the engine reads from the catalogue:
// such a column passes it as text, under a name that tells.
const charMark = "\u0000char";

function throughOne({ pool, run }: OneConnection): pg.Pool {
  async function query(statement: pg.QueryArrayConfig): Promise<pg.QueryArrayResult> {
    // Behind a transaction pooler a lock of the session would stay with a connection that the next client gets.
    const text = statement.text.replace("pg_advisory_lock(", "pg_advisory_xact_lock(");
    const result = await run(() => pool.query({ ...statement, text }));
    for (const field of result.fields) {
      if (field.dataTypeID !== pg.types.builtins.CHAR) continue;
      field.dataTypeID = pg.types.builtins.TEXT;
      field.name += charMark;
    }
    return result;
  }
  return new Proxy(pool, { get: (target, key) => (key === "query" ? query : Reflect.get(target, key)) });
}

let loading: Promise<void> | undefined;

/** Once for the process, and by hand: Node warns of its own import of WebAssembly that it is experimental. */
function loadWasm(): Promise<void> {
  loading ??= (async () => {
    // Asked for when the engine gives up: its own error would say no more than "unreachable".
    Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: throwPanic } });
    const path = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const bytes = await readFile(join(dirname(path), "schema_engine_bg.wasm"));
    const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": withIdleTimers() });
    engine.__wbg_set_wasm(instance.exports);
    const { __wbindgen_start: start } = instance.exports;
    if (typeof start === "function") start();
  })();
  return loading;
}

/** What the engine imports, but for its timers: one of ten seconds, never cleared, would keep a finished process alive. */
function withIdleTimers(): WebAssembly.ModuleImports {
  const idleTimer = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  const imports = Object.entries(engine as WebAssembly.ModuleImports);
  return Object.fromEntries(
    imports.map(([name, value]) => [name, name.startsWith("__wbg_setTimeout_") ? idleTimer : value]),
  );
}

function throwPanic(message: string): never {
  throw new Error(`Prisma's schema engine gave up: ${message}`);
}
