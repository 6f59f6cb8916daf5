import { Button, Menu, Text } from "@mantine/core";
import { IconLogout, IconSettings, IconUserCircle } from "@tabler/icons-react";
import { useQuery } from "urql";
import { withBase } from "../../browser/base-path.ts";
import { graphql } from "../../generated/gql.ts";
import { follow } from "../../ui/link.tsx";
import { UserText } from "../../ui/user-text.tsx";
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

/** Who is signed in, and the ways to the settings and out. */
export function Account({ onSignOut }: { onSignOut: () => void }) {
  const [{ data }] = useQuery({ query: viewerDocument });
  const viewer = data?.viewer;
  const who = viewer?.name || viewer?.email;
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          c="dimmed"
          h={40}
          px="xs"
          miw={0}
          // Whoever speaks to the page says what they see (WCAG 2.2, 2.5.3).
          aria-label={who ? `Your account: ${who}` : "Your account"}
          leftSection={<IconUserCircle size={22} aria-hidden="true" />}
          classNames={{ section: classes.icon ?? "" }}
        >
          <Text size="sm" truncate dir="auto" className={classes.who}>
            {who}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={classes.email}>
          {viewer ? <UserText>{viewer.email}</UserText> : "Your account"}
        </Menu.Label>
        <Menu.Item
          component="a"
          href={withBase("/settings/profile")}
          onClick={follow}
          leftSection={<IconSettings size={18} aria-hidden="true" />}
        >
          Settings
        </Menu.Item>
        <Menu.Item onClick={onSignOut} leftSection={<IconLogout size={18} aria-hidden="true" />}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
