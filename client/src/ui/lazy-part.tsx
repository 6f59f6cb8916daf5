import { type ComponentType, type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { useConnection } from "../browser/connection-context.ts";
import { isTypedInto } from "../browser/typed-into.ts";
import { ErrorBoundary } from "./error-boundary.tsx";

/**
 * What stands in the way of showing a part of the page. away: there is no server now; replaced: it has another version
 * of the page, without this part; missing: the part alone; ready: nothing any more, but somebody types elsewhere; faulty:
 * it was there and broke.
 */
export type Hindrance = "away" | "replaced" | "missing" | "ready" | "faulty";

/** A part that can't be shown, and what to do about it. */
export type PartFailure = { kind: Hindrance; retry: () => void };

/** What to show instead of a part, where it would be. */
type Failed = { failed: (failure: PartFailure) => ReactNode };

/** Asks the server for the page, to see whether it is there and still has the version that this page is of. */
async function findHindrance(): Promise<Hindrance> {
  const entry = document.querySelector("script[type=module][src]")?.getAttribute("src");
  try {
    const response = await fetch(location.pathname, { cache: "no-store", headers: { Accept: "text/html" } });
    if (!response.ok) return "away";
    return (await response.text()).includes(`"${entry}"`) ? "missing" : "replaced";
  } catch {
    return "away";
  }
}

/**
 * A part of the page that is loaded when it is first shown. That can fail on its own, and so can the part: the rest of
 * the page goes on. It is tried again when the server is back, and when somebody says so.
 *
 * @param load imports it; asked again after a failure. Browsers from before 2026 only repeat the failure then, and
 *   loading the page again helps (https://github.com/whatwg/html/issues/6768).
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P & Failed> {
  let loaded: ComponentType<P> | null = null;

  return function LazyPart({ failed, ...props }: P & Failed) {
    const [Part, setPart] = useState<ComponentType<P> | null>(() => loaded);
    const [hindrance, setHindrance] = useState<Hindrance | null>(null);
    const { away, returns, probe } = useConnection();
    const isHere = useRef(false);

    const show = () => setPart(() => loaded);
    const start = async (mayInterrupt: boolean) => {
      try {
        loaded ??= await load();
        if (!isHere.current) return;
        if (mayInterrupt || !isTypedInto(document.activeElement)) show();
        else setHindrance("ready");
      } catch {
        probe();
        const found = await findHindrance();
        if (isHere.current) setHindrance(found);
      }
    };
    const startByItself = useEffectEvent(() => void start(hindrance === null));
    // biome-ignore lint/correctness/useExhaustiveDependencies: the server's return says when
    useEffect(() => {
      isHere.current = true;
      startByItself();
      return () => {
        isHere.current = false;
      };
    }, [returns]);

    if (Part) {
      return (
        <ErrorBoundary fallback={(retry) => failed({ kind: "faulty", retry })}>
          <Part {...(props as unknown as P)} />
        </ErrorBoundary>
      );
    }
    if (hindrance === null) return null;
    return failed({ kind: away ? "away" : hindrance, retry: () => void start(true) });
  };
}
