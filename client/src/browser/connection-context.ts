import { createContext, use } from "react";

/** Whether the server answers, for whatever wants to wait for it or say so. */
export type ConnectionState = {
  away: boolean;
  /** Grows by one each time the server comes back: what failed meanwhile can be tried again. */
  returns: number;
  /** Asks the server again at once. */
  probe: () => void;
};

export const ConnectionContext = createContext<ConnectionState>({ away: false, returns: 0, probe: () => {} });

export function useConnection(): ConnectionState {
  return use(ConnectionContext);
}
