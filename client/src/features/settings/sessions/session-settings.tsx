import { useMutation } from "urql";
import { graphql } from "../../../generated/gql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { Card } from "../../../ui/card.tsx";
import { ConfirmButton } from "../../../ui/confirm-button.tsx";
import { showNote } from "../../../ui/toast.tsx";
import { EntryList } from "../entries/entry-list.tsx";
import { SessionRow } from "./session-row.tsx";

const sessionsDocument = graphql(`
  query SessionSettings_Sessions($after: String) {
    sessions(first: 20, after: $after) {
      edges {
        node {
          id
          ...SessionRow_Session
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const revokeOthersDocument = graphql(`
  mutation SessionSettings_RevokeOthers {
    revokeOtherSessions {
      revokedCount
    }
  }
`);

/** Where the account is signed in, and how to end that. */
export function SessionSettings() {
  const [, revokeOthers] = useMutation(revokeOthersDocument);
  const signOutElsewhere = async () => {
    const { data, error } = await revokeOthers({});
    if (error) return describeError(error);
    const count = data?.revokeOtherSessions.revokedCount ?? 0;
    showNote(count === 1 ? "One other session has ended." : `${count} other sessions have ended.`);
    return null;
  };
  return (
    <Card
      title="Where you are signed in"
      about="End what you don’t recognise or no longer use: it can do nothing more from that moment on."
    >
      <EntryList
        label="Sessions"
        document={sessionsDocument}
        pick={({ sessions }) => sessions}
        keyOf={({ id }) => id}
        empty="There are none."
      >
        {(session) => <SessionRow session={session} />}
      </EntryList>
      <ConfirmButton
        label="Sign out everywhere else"
        title="Sign out everywhere else?"
        action="Sign out everywhere else"
        onConfirm={signOutElsewhere}
      >
        All sessions but this one end at once. Personal tokens go on working.
      </ConfirmButton>
    </Card>
  );
}
