import { Alert, Anchor, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Brand } from "../../ui/brand.tsx";
import { ColorSchemeMenu } from "../../ui/color-scheme-menu.tsx";
import { useHash } from "../../ui/hash.ts";
import classes from "./auth-page.module.css";
import { SignInForm } from "./sign-in-form.tsx";
import { SignUpForm } from "./sign-up-form.tsx";
import type { SignedIn } from "./signed-in.ts";

type Props = {
  /** Why somebody who was signed in is here, in a line; null if there is nothing to say. */
  notice: string | null;
  onSignedIn: SignedIn;
};

/** Where somebody signs in or makes an account. */
export function AuthPage({ notice, onSignedIn }: Props) {
  const isNew = useHash() === "#sign-up";
  const heading = isNew ? "Create your account" : "Sign in";
  useDocumentTitle(`${heading} · Ownlist`);
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
              {heading}
            </Title>
            {notice && !isNew && (
              <Alert color="yellow" p="sm" role="status">
                {notice}
              </Alert>
            )}
            {isNew ? <SignUpForm onSignedIn={onSignedIn} /> : <SignInForm onSignedIn={onSignedIn} />}
          </Stack>
        </Paper>
        <Text ta="center" size="sm">
          {isNew ? "Already have an account? " : "New here? "}
          <Anchor href={isNew ? "#sign-in" : "#sign-up"} fw={600} underline="always">
            {isNew ? "Sign in instead" : "Create an account"}
          </Anchor>
        </Text>
      </Stack>
    </Center>
  );
}
