import { Notifications } from "@mantine/notifications";
import { useSyncExternalStore } from "react";
import { Provider } from "urql";
import { Account } from "./features/auth/account.tsx";
import { AuthPage } from "./features/auth/auth-page.tsx";
import { TasksPage } from "./features/tasks/tasks-page.tsx";
import { ConnectionContext } from "./ui/connection-context.ts";
import { changeOwner } from "./ui/search-params.ts";
import { clearToasts } from "./ui/toast.tsx";
import { getConnection, onConnectionChange, probeNow } from "./urql/connection.ts";
import type { Identity, IdentityStore } from "./urql/identity.ts";
import { type Ending, endSession, getEnding, startSession } from "./urql/session.ts";

const notices: Record<Ending, string | null> = {
  "signed-out": null,
  refused: "Your session has ended. Sign in again to go on.",
  elsewhere: "You were signed out in another tab.",
};

/** Readies the page for another user: nothing of the last one stays on the screen or in the address. */
export function tidyUp({ session }: Identity): void {
  clearToasts();
  changeOwner(session?.userId ?? null);
}

/** The page of whoever uses it now; another identity gets another page, from scratch. */
export function App({ identities }: { identities: IdentityStore }) {
  const identity = useSyncExternalStore(identities.subscribe, identities.get);
  const connection = useSyncExternalStore(onConnectionChange, getConnection);
  return (
    <ConnectionContext value={{ ...connection, probe: probeNow }}>
      <Notifications key={`toasts ${identity.key}`} position="bottom-center" limit={4} containerWidth={440} />
      <Page key={identity.key} identity={identity} />
    </ConnectionContext>
  );
}

function Page({ identity: { session, client } }: { identity: Identity }) {
  const ending = getEnding();
  return (
    <Provider value={client}>
      {session ? (
        <TasksPage account={<Account onSignOut={() => endSession(session.accessToken, "signed-out")} />} />
      ) : (
        <AuthPage notice={ending && notices[ending]} onSignedIn={startSession} />
      )}
    </Provider>
  );
}
