import "./ui/mantine-styles.ts";
import "./ui/page.css";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, tidyUp } from "./app.tsx";
import { startHistory } from "./browser/address.ts";
import { guardComposition } from "./browser/composition.ts";
import { startDrafts } from "./browser/drafts.ts";
import { takeMailedLink } from "./browser/mailed-link.ts";
import { createIdentityStore } from "./session/identity.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { PageFailure } from "./ui/page-failure.tsx";
import { publishStyleNonce, readStyleNonce } from "./ui/style-nonce.ts";
import { resolveVariables, theme } from "./ui/theme.ts";

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
