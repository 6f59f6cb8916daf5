import { drive, type Load } from "./drive.ts";

// The load's own process: it takes loads from the harness, puts them on side by side, and sends back what it measured.

/** A load that has no end of its own ends with the others. */
const isEndless = ({ seconds, count }: Load) => seconds === undefined && count === undefined;

async function driveAll(loads: Load[]) {
  const end = new AbortController();
  const running = loads.map((load) => drive(load, end.signal));
  const bounded = running.filter((_, index) => !isEndless(loads[index] as Load));
  await Promise.allSettled(bounded);
  end.abort();
  return Promise.all(running);
}

process.on("message", (loads: Load[]) => {
  driveAll(loads).then(
    (measured) => process.send?.({ measured }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
