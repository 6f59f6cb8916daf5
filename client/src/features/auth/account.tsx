import { Button, Text } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useQuery } from "urql";
import { graphql } from "../../generated/gql.ts";
import classes from "./account.module.css";

const viewerDocument = graphql(`
  query Account_Viewer {
    viewer {
      id
      email
      name
    }
  }
`);

/** Who is signed in, and the way out. */
export function Account({ onSignOut }: { onSignOut: () => void }) {
  const [{ data }] = useQuery({ query: viewerDocument });
  const viewer = data?.viewer;
  return (
    <>
      <Text size="sm" c="dimmed" truncate title={viewer?.email} className={classes.who}>
        {viewer?.name || viewer?.email}
      </Text>
      <Button
        variant="subtle"
        color="gray"
        c="dimmed"
        h={40}
        px="xs"
        onClick={onSignOut}
        aria-label="Sign out"
      >
        <IconLogout size={20} aria-hidden="true" />
        <span className={classes.words}>Sign out</span>
      </Button>
    </>
  );
}
