import { useEffect, useEffectEvent, useRef } from "react";
import type { UseQueryExecute } from "urql";
import { useConnection } from "../browser/connection-context.ts";

/** What has been read so lately needs no second reading. */
const freshFor = 20_000;

/** Reads a query again when the server is back, and when somebody comes back to the page after a while. */
export function useRefresh(refetch: UseQueryExecute): void {
  const { returns } = useConnection();
  const lastRead = useRef(0);
  const read = useEffectEvent(() => {
    lastRead.current = Date.now();
    refetch({ requestPolicy: "network-only" });
  });
  const seen = useRef(returns);
  useEffect(() => {
    if (seen.current !== returns) read();
    seen.current = returns;
  }, [returns]);
  useEffect(() => {
    lastRead.current = Date.now();
    const onVisible = () => {
      if (document.visibilityState === "visible" && Date.now() - lastRead.current > freshFor) read();
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, []);
}
