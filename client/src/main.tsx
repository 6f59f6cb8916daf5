import "./ui/mantine-styles.ts";
import "./ui/page.css";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, tidyUp } from "./app.tsx";
import { startHistory } from "./ui/address.ts";
import { guardComposition } from "./ui/composition.ts";
import { startDrafts } from "./ui/drafts.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { takeMailedLink } from "./ui/mailed-link.ts";
import { PageFailure } from "./ui/page-failure.tsx";
import { publishStyleNonce, readStyleNonce } from "./ui/style-nonce.ts";
import { resolveVariables, theme } from "./ui/theme.ts";
import { createIdentityStore } from "./urql/identity.ts";

guardComposition();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root.");

const identities = createIdentityStore(tidyUp);
startHistory(identities.get().userId);
startDrafts(identities.get().userId);
takeMailedLink();

publishStyleNonce();
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      getStyleNonce={readStyleNonce}
    >
      <ErrorBoundary fallback={() => <PageFailure />}>
        <App identities={identities} />
      </ErrorBoundary>
    </MantineProvider>
  </StrictMode>,
);
