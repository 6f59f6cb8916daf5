import { Stack, Title } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { Activity, type ReactNode, useState, useSyncExternalStore } from "react";
import { Provider } from "urql";
import { changeOwner, getPath, goTo, usePath } from "./browser/address.ts";
import { ConnectionContext } from "./browser/connection-context.ts";
import { areDraftsKept, changeDraftsOwner, DraftsContext, getDrafts } from "./browser/drafts.ts";
import { forgetCarried } from "./browser/mailed-link.ts";
import { Account } from "./features/auth/account.tsx";
import { AuthPage, type Notice } from "./features/auth/auth-page.tsx";
import { TasksPage } from "./features/tasks/tasks-page.tsx";
import { getConnection, onConnectionChange, probeNow } from "./session/connection.ts";
import { fetchExport } from "./session/export.ts";
import type { Identity, IdentityStore } from "./session/identity.ts";
import { isSessionKept, isSigningOut, onSessionKept, signOut } from "./session/renewal.ts";
import { type Ending, getEnding, startSession } from "./session/session.ts";
import { AwayBanner } from "./ui/away-banner.tsx";
import { Header } from "./ui/header.tsx";
import { lazyPart } from "./ui/lazy-part.tsx";
import { Link } from "./ui/link.tsx";
import { PartNotice } from "./ui/part-notice.tsx";
import { clearToasts } from "./ui/toast.tsx";

const SettingsPage = lazyPart(() =>
  import("./features/settings/settings-page.tsx").then(({ SettingsPage }) => SettingsPage),
);

const notices: Record<Ending, Notice | null> = {
  "signed-out": null,
  refused: { form: "sign-in", text: "Your session has ended. Sign in again to go on." },
  elsewhere: { form: "sign-in", text: "You were signed out in another tab." },
  deleted: { form: "sign-up", text: "Your account and everything in it has been deleted." },
  reset: { form: "sign-in", text: "Your password is changed. Sign in with the new one." },
  replaced: {
    form: "sign-in",
    text: "Somebody else’s session had taken the place of yours in this browser, and was ended. Nothing of yours went into it. Sign in again to go on.",
  },
};

const unheard: Notice = {
  form: "sign-in",
  text: "You are signed out on this browser. The server can’t be reached: it ends your session when it is back.",
};

const interrupted: Notice = {
  form: "sign-in",
  text: "Your session has ended. Sign in again to go on. What you typed is kept.",
};

const kept: Notice = {
  form: "sign-in",
  text: "You are signed out on this browser, but the server refused to end your session, and it goes on there. To end it, sign in and look under Sessions in the settings. If this comes again, tell whoever runs the server.",
};

const toConfirm: Notice = { form: "sign-in", text: "Sign in to confirm your e-mail address." };

/** Ends that nobody asked for by signing out: whoever it was may come back for what they typed. */
const interruptions = new Set<Ending | null>(["refused", "reset", "replaced"]);

/** Readies the page for another user: nothing of the last one stays on the screen or in the address. */
export function tidyUp({ userId }: Identity): void {
  clearToasts();
  if (userId === null && getEnding() !== "refused") forgetCarried();
  const isInterrupted = interruptions.has(getEnding());
  changeOwner(userId, isInterrupted);
  changeDraftsOwner(userId, isInterrupted);
  if (userId !== null && getPath() === "/signup") goTo("/", "replace");
  if (getEnding() === "deleted") goTo("/#sign-up", "replace");
}

/** The page of whoever uses it now; another identity gets another page, from scratch. */
export function App({ identities }: { identities: IdentityStore }) {
  const identity = useSyncExternalStore(identities.subscribe, identities.get);
  const connection = useSyncExternalStore(onConnectionChange, getConnection);
  return (
    <ConnectionContext value={{ ...connection, probe: probeNow }}>
      <Notifications key={`toasts ${identity.key}`} position="bottom-center" limit={4} containerWidth={440} />
      <DraftsContext value={getDrafts()}>
        <Provider key={identity.key} value={identity.client}>
          <Page userId={identity.userId} isAway={connection.away} />
        </Provider>
      </DraftsContext>
    </ConnectionContext>
  );
}

function Page({ userId, isAway }: { userId: string | null; isAway: boolean }) {
  const path = usePath();
  const isKept = useSyncExternalStore(onSessionKept, isSessionKept);
  if (userId !== null && path !== "/reset") return <OwnPages userId={userId} path={path} />;
  const onReset = () => {
    if (userId !== null) void signOut(userId, "reset");
    goTo("/#sign-in", "replace");
  };
  return (
    <AuthPage
      notice={chooseNotice(path, { isAway, isKept })}
      onSignedIn={({ accessToken, expiresAt, user }) =>
        startSession({ accessToken, expiresAt, userId: user.id })
      }
      onReset={onReset}
    />
  );
}

function chooseNotice(path: string, { isAway, isKept }: { isAway: boolean; isKept: boolean }): Notice | null {
  const ending = getEnding();
  if (isKept && ending !== "deleted" && ending !== "reset") return kept;
  if (ending === "signed-out" && isAway && isSigningOut()) return unheard;
  if (ending === "refused" && areDraftsKept()) return interrupted;
  if (ending !== null) return notices[ending];
  return path === "/verify" ? toConfirm : null;
}

/** The pages of somebody who is signed in. The tasks stay behind the settings as they were. */
function OwnPages({ userId, path }: { userId: string; path: string }) {
  const areSettings = path === "/verify" || path.startsWith("/settings");
  const [hadTasks, setHadTasks] = useState(!areSettings);
  if (!areSettings && !hadTasks) setHadTasks(true);
  const account: ReactNode = <Account onSignOut={() => void signOut(userId, "signed-out")} />;
  return (
    <>
      {hadTasks && (
        <Activity mode={areSettings ? "hidden" : "visible"}>
          <TasksPage account={account} />
        </Activity>
      )}
      {areSettings && (
        <SettingsPage
          account={account}
          path={path}
          fetchExport={() => fetchExport(userId)}
          onDeleted={() => void signOut(userId, "deleted")}
          failed={(failure) => (
            <BarePage account={account} title="Settings">
              <PartNotice what="The settings" failure={failure} />
            </BarePage>
          )}
        />
      )}
    </>
  );
}

type BarePageProps = { account: ReactNode; title: string; children: ReactNode };

/** A page whose own part is missing: what is around it, and the way back. */
function BarePage({ account, title, children }: BarePageProps) {
  return (
    <>
      <Header>{account}</Header>
      <AwayBanner />
      <Stack component="main" maw="40rem" mx="auto" px="md" py="xl" align="flex-start">
        <Link href="/">Your tasks</Link>
        <Title order={1} fz={24}>
          {title}
        </Title>
        {children}
      </Stack>
    </>
  );
}
