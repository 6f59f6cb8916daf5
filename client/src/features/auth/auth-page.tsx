import { Alert, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useState } from "react";
import { useQuery } from "urql";
import { minPasswordLength } from "../../../../src/rules/limits.ts";
import { useHash, usePath } from "../../browser/address.ts";
import { graphql } from "../../generated/gql.ts";
import { useRefresh } from "../../graphql/use-refresh.ts";
import { Brand } from "../../ui/brand.tsx";
import { ColorSchemeMenu } from "../../ui/color-scheme-menu.tsx";
import { Link } from "../../ui/link.tsx";
import classes from "./auth-page.module.css";
import { ForgottenForm } from "./forgotten-form.tsx";
import { ResetForm } from "./reset-form.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { SignUpForm } from "./sign-up-form.tsx";
import type { SignedIn } from "./signed-in.ts";

const serverDocument = graphql(`
  query AuthPage_Server {
    server {
      signup
      passwordMinLength
      sendsMail
    }
  }
`);

const headings = {
  "sign-in": "Sign in",
  "sign-up": "Create your account",
  forgotten: "Forgotten your password?",
  reset: "Choose a new password",
};

type Form = keyof typeof headings;

/** A line above a form: why somebody is here who was signed in, or what has just been done. */
export type Notice = { form: Form; text: string };

type Props = {
  notice: Notice | null;
  onSignedIn: SignedIn;
  /** A password has been reset, which ends all sessions of its account. */
  onReset: () => void;
};

function useShownForm(): Form {
  const path = usePath();
  const hash = useHash();
  if (path === "/reset") return "reset";
  if (path === "/signup") return "sign-up";
  return (["sign-up", "forgotten"] as const).find((form) => hash === `#${form}`) ?? "sign-in";
}

/** Where somebody signs in, makes an account, or gets back to one. */
export function AuthPage({ notice, onSignedIn, onReset }: Props) {
  const form = useShownForm();
  const [{ data }, refetch] = useQuery({ query: serverDocument });
  useRefresh(refetch);
  const { signup = "OPEN", passwordMinLength = minPasswordLength, sendsMail = false } = data?.server ?? {};
  const [done, setDone] = useState<Notice | null>(null);
  const shown = done ?? notice;
  useDocumentTitle(`${headings[form]} · Ownlist`);
  return (
    <Center component="main" className={classes.page}>
      <div className={classes.corner}>
        <ColorSchemeMenu />
      </div>
      <Stack w="100%" maw={400} gap="lg">
        <Center>
          <Brand size={36} />
        </Center>
        <Paper className={classes.card}>
          <Stack gap="md">
            <Title order={1} fz={22}>
              {headings[form]}
            </Title>
            {shown?.form === form && (
              <Alert color="yellow" p="sm" role="status">
                {shown.text}
              </Alert>
            )}
            {form === "sign-in" && <SignInForm onSignedIn={onSignedIn} />}
            {form === "sign-up" && (
              <SignUpForm policy={signup} minLength={passwordMinLength} onSignedIn={onSignedIn} />
            )}
            {form === "forgotten" && <ForgottenForm sendsMail={sendsMail} isKnown={data !== undefined} />}
            {form === "reset" && (
              <ResetForm
                minLength={passwordMinLength}
                onReset={() => {
                  setDone({ form: "sign-in", text: "Your password is changed. Sign in with the new one." });
                  onReset();
                }}
              />
            )}
          </Stack>
        </Paper>
        <OtherForm form={form} isOpen={signup !== "CLOSED"} />
      </Stack>
    </Center>
  );
}

/** The way to the form that one may rather have wanted. */
function OtherForm({ form, isOpen }: { form: Form; isOpen: boolean }) {
  const path = usePath();
  // What the address shows besides, such as a task, is still wanted after signing in.
  const base = path === "/reset" || path === "/signup" ? "/" : "";
  if (form !== "sign-in") {
    return (
      <Text ta="center" size="sm">
        {form === "sign-up" && "Already have an account? "}
        <Link href={`${base}#sign-in`} fw={600}>
          {form === "sign-up" ? "Sign in instead" : "Back to signing in"}
        </Link>
      </Text>
    );
  }
  if (!isOpen) return null;
  return (
    <Text ta="center" size="sm">
      New here?{" "}
      <Link href={`${base}#sign-up`} fw={600}>
        Create an account
      </Link>
    </Text>
  );
}
