import type { GraphQLResolveInfo, VariableValues } from "graphql";
import { RootOutcomes } from "../../schema/root-outcomes.ts";

/** JSON text, at once where nothing has to be waited for. */
export type Written = string | Promise<string>;

type Helpers = ReturnType<GraphQLResolveInfo["getAsyncHelpers"]>;

/** One execution of a plan. It ends with its first error, and only after all that it has begun. */
export class Execution {
  readonly context: object;
  readonly variableValues: VariableValues;
  readonly outcomes = new RootOutcomes();
  #hasFailed = false;
  #controller: AbortController | undefined;
  #helpers: Helpers | undefined;
  readonly #tracked: unknown[] = [];

  constructor(context: object, variableValues: VariableValues) {
    this.context = context;
    this.variableValues = variableValues;
  }

  /** For resolvers, as graphql-js has it. */
  readonly getAbortSignal = (): AbortSignal => {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  };

  /** For resolvers, as graphql-js has it. */
  readonly getAsyncHelpers = (): Helpers => {
    const track: Helpers["track"] = (values) => void this.#tracked.push(Promise.allSettled(values));
    this.#helpers ??= {
      track,
      promiseAll: (values) => {
        track(values);
        return Promise.all(values);
      },
    };
    return this.#helpers;
  };

  /** Goes on with what a promise comes to, unless there was an error meanwhile. */
  async after<T>(promise: PromiseLike<T>, next: (value: T) => Written): Promise<string> {
    try {
      const value = await promise;
      if (this.#hasFailed) throw new Error("stopped");
      const written = next(value);
      return typeof written === "string" ? written : await written;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  /** Joins texts; where one can't be had, only after all the others have come or failed. */
  async join(parts: readonly Written[]): Promise<string> {
    try {
      let text = "";
      // Unlike join, this copies nothing: the whole is copied once, in the end.
      for (const part of await Promise.all(parts)) text += part;
      return text;
    } catch (error) {
      await this.settle(parts);
      throw error;
    }
  }

  /** Waits for what is under way after an error. */
  async settle(parts: readonly unknown[] = this.#tracked): Promise<void> {
    this.#hasFailed = true;
    await Promise.allSettled(parts);
  }

  end(): void {
    this.#controller?.abort();
  }
}

/** Whether graphql-js takes a value for a promise. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * Writes what is left of an object or a list once a part of it has to be waited for.
 * @param parts what there is so far
 * @param write adds the others; what it throws counts when those that were begun have ended
 */
export function writeRest(
  execution: Execution,
  parts: Written[],
  write: (parts: Written[]) => void,
): Promise<string> {
  try {
    write(parts);
  } catch (error) {
    return execution.settle(parts).then(() => {
      throw error;
    });
  }
  return execution.join(parts);
}
