import { Text } from "@mantine/core";
import { graphql } from "../../../generated/gql.ts";
import { Card } from "../../../ui/card.tsx";
import { Moment } from "../../../ui/moment.tsx";
import { UserText } from "../../../ui/user-text.tsx";
import { EntryList } from "../entries/entry-list.tsx";
import { eventWords } from "./event-words.ts";

const eventsDocument = graphql(`
  query SecurityLog_Events($after: String) {
    securityEvents(first: 20, after: $after) {
      edges {
        node {
          id
          kind
          at
          address
          device
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** What happened to the account, newest first. */
export function SecurityLog() {
  return (
    <Card
      title="What happened to your account"
      about="If something here was not you, change your password and sign out everywhere else."
    >
      <EntryList
        label="Security log"
        document={eventsDocument}
        pick={({ securityEvents }) => securityEvents}
        keyOf={({ id }) => id}
        empty="Nothing yet."
      >
        {({ kind, at, address, device }) => (
          <div>
            <Text size="sm">{eventWords[kind]}</Text>
            <Text size="sm" c="dimmed">
              <Moment at={at} />
              {device && (
                <>
                  {" "}
                  · <UserText>{device}</UserText>
                </>
              )}
              {address && ` · ${address}`}
            </Text>
          </div>
        )}
      </EntryList>
    </Card>
  );
}
