import { Badge, Group, Text } from "@mantine/core";
import { type FragmentType, readFragment } from "../../../generated/fragment-masking.ts";
import { graphql } from "../../../generated/gql.ts";
import { ConfirmButton } from "../../../ui/confirm-button.tsx";
import { Moment } from "../../../ui/moment.tsx";
import { UserText } from "../../../ui/user-text.tsx";
import { useEnd } from "../entries/use-end.ts";

const sessionFragment = graphql(`
  fragment SessionRow_Session on Session {
    id
    device
    address
    createdAt
    lastSeenAt
    isCurrent
  }
`);

const revokeDocument = graphql(`
  mutation SessionRow_Revoke($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      __typename
      ...Refusal_Fields
    }
  }
`);

/** One place where the account is signed in. */
export function SessionRow({ session }: { session: FragmentType<typeof sessionFragment> }) {
  const { id, device, address, createdAt, lastSeenAt, isCurrent } = readFragment(sessionFragment, session);
  const end = useEnd(revokeDocument, id);
  const name = device ?? "Unknown device";
  return (
    <>
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            <UserText>{name}</UserText>
          </Text>
          {isCurrent && (
            <Badge variant="light" tt="none">
              This one
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {address ?? "Address unknown"} · Last used <Moment at={lastSeenAt} />
        </Text>
        <Text size="sm" c="dimmed">
          Signed in <Moment at={createdAt} />
        </Text>
      </div>
      {!isCurrent && (
        <ConfirmButton
          label="End"
          name={`End the session on ${name}`}
          size="xs"
          title="End this session?"
          action="End the session"
          onConfirm={end}
        >
          <UserText>{name}</UserText> is signed out at once. What was not saved there yet is lost.
        </ConfirmButton>
      )}
    </>
  );
}
