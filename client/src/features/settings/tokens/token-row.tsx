import { Badge, Code, Group, Text } from "@mantine/core";
import { useNow } from "../../../browser/use-now.ts";
import { type FragmentType, readFragment } from "../../../generated/fragment-masking.ts";
import { graphql } from "../../../generated/gql.ts";
import { ConfirmButton } from "../../../ui/confirm-button.tsx";
import { Moment } from "../../../ui/moment.tsx";
import { Quote, UserText } from "../../../ui/user-text.tsx";
import { useEnd } from "../entries/use-end.ts";
import { presetOf, scopeWords } from "./scope.ts";

const tokenFragment = graphql(`
  fragment TokenRow_Token on PersonalToken {
    id
    name
    hint
    scopes
    createdAt
    expiresAt
    lastUsedAt
  }
`);

const revokeDocument = graphql(`
  mutation TokenRow_Revoke($input: RevokePersonalTokenInput!) {
    revokePersonalToken(input: $input) {
      __typename
      ...Refusal_Fields
    }
  }
`);

/** One token, as far as it can be shown again. */
export function TokenRow({ token }: { token: FragmentType<typeof tokenFragment> }) {
  const { id, name, hint, scopes, createdAt, expiresAt, lastUsedAt } = readFragment(tokenFragment, token);
  const end = useEnd(revokeDocument, id);
  const hasExpired = Date.parse(expiresAt) <= useNow().getTime();
  return (
    <>
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            <UserText>{name}</UserText>
          </Text>
          <Code>…{hint}</Code>
          {hasExpired && (
            <Badge variant="light" color="yellow" tt="none">
              Expired
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {presetOf(scopes) ?? scopes.map((scope) => scopeWords[scope]).join(" · ")}
        </Text>
        <Text size="sm" c="dimmed">
          Made <Moment at={createdAt} isDay /> · {hasExpired ? "Expired" : "Expires"}{" "}
          <Moment at={expiresAt} isDay /> ·{" "}
          {lastUsedAt ? (
            <>
              Last used <Moment at={lastUsedAt} />
            </>
          ) : (
            "Never used"
          )}
        </Text>
      </div>
      <ConfirmButton
        label="Revoke"
        name={`Revoke the token ${name}`}
        size="xs"
        title="Revoke this token?"
        action="Revoke the token"
        onConfirm={end}
      >
        Whatever uses <Quote>{name}</Quote> stops working at once. It can’t be undone; you can make another
        token.
      </ConfirmButton>
    </>
  );
}
