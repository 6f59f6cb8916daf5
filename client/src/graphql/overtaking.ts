import { type Exchange, makeOperation, type Operation } from "urql";
import { map, pipe, tap } from "wonka";

/** A query on its way, and how many changes had been answered when it left. */
type Reading = { operation: Operation; answered: number };

/**
 * Asks again for what a change has overtaken: an answer that was read before a change, but comes after the change's
 * own, may know nothing of it, and the page would go on without what the server has. Stands below the cache, which
 * writes the second answer above what the changes have written, and holds the first for stale until then.
 */
export const overtakingExchange: Exchange =
  ({ forward, client }) =>
  (operations) => {
    let answered = 0;
    const readings = new Map<number, Reading>();
    return pipe(
      operations,
      tap((operation) => {
        if (operation.kind === "query") readings.set(operation.key, { operation, answered });
        else if (operation.kind === "teardown") readings.delete(operation.key);
      }),
      forward,
      map((result) => {
        const { kind, key } = result.operation;
        if (kind === "mutation") answered += 1;
        const reading = readings.get(key);
        readings.delete(key);
        if (!reading || reading.answered === answered) return result;
        const { operation } = reading;
        const context = { ...operation.context, requestPolicy: "network-only" as const };
        client.reexecuteOperation(makeOperation(operation.kind, operation, context));
        return { ...result, stale: true };
      }),
    );
  };
