import "./ui/mantine-styles.ts";
import "./ui/page.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { resolveVariables, theme } from "./ui/theme.ts";
import { createIdentityStore } from "./urql/identity.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root.");

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
      <Notifications position="bottom-center" limit={4} containerWidth={440} />
      <App identities={createIdentityStore()} />
    </MantineProvider>
  </StrictMode>,
);
