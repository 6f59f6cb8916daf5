import type { GraphQLResolveInfo, VariableValues } from "graphql";
import { RootOutcomes } from "../../schema/root-outcomes.ts";

/** What stands in the answer, at once where nothing has to be waited for. */
export type Completed = unknown;

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
  async after<T>(promise: PromiseLike<T>, next: (value: T) => Completed): Promise<unknown> {
    try {
      const value = await promise;
      if (this.#hasFailed) throw new Error("stopped");
      const completed = next(value);
      return completed instanceof Promise ? await completed : completed;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  /**
   * Waits for parts; where one can't be had, only after all the others have come or failed.
   * @returns the whole, which each of them puts itself into
   */
  async join<T>(whole: T, parts: readonly Promise<void>[]): Promise<T> {
    try {
      await Promise.all(parts);
      return whole;
    } catch (error) {
      return this.fail(error, parts);
    }
  }

  /** Ends with an error, after all that was begun has come or failed. */
  async fail(error: unknown, pending: readonly Promise<void>[]): Promise<never> {
    await this.settle(pending);
    throw error;
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

/** Sets what a plain assignment would take for a prototype as well. */
function set(whole: object, key: string | number, value: unknown): void {
  if (key !== "__proto__") (whole as Record<string | number, unknown>)[key] = value;
  else Object.defineProperty(whole, key, { value, configurable: true, enumerable: true, writable: true });
}

/**
 * Puts a part into its place in an object or a list, which one that has to be waited for keeps until it comes.
 * @param pending the parts that are waited for
 * @returns them, with this one if it is one
 */
export function put(
  whole: object,
  key: string | number,
  part: Completed,
  pending: Promise<void>[] | undefined,
): Promise<void>[] | undefined {
  set(whole, key, part);
  if (!(part instanceof Promise)) return pending;
  const placed = part.then((value) => set(whole, key, value));
  if (pending === undefined) return [placed];
  pending.push(placed);
  return pending;
}
