import { Button } from "@mantine/core";
import { useState } from "react";
import { useNamedDraft } from "../../../browser/drafts.ts";
import { graphql } from "../../../generated/gql.ts";
import { Card } from "../../../ui/card.tsx";
import { EntryList } from "../entries/entry-list.tsx";
import type { Created } from "./created.ts";
import { NewToken } from "./new-token.tsx";
import { newTokenDraft, TokenForm } from "./token-form.tsx";
import { TokenRow } from "./token-row.tsx";

const tokensDocument = graphql(`
  query TokenSettings_Tokens($after: String) {
    personalTokens(first: 20, after: $after) {
      edges {
        node {
          id
          ...TokenRow_Token
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** Keys for scripts. */
export function TokenSettings() {
  const [typed, setTyped] = useNamedDraft(newTokenDraft);
  const [step, setStep] = useState<"list" | "form" | Created>(typed === undefined ? "list" : "form");
  const leaveForm = (next: "list" | Created) => {
    setTyped(undefined);
    setStep(next);
  };
  return (
    <Card
      title="Tokens for scripts and other programs"
      about="A token lets a program do a part of what you can: with your tasks, but never with your account, your password or other tokens."
    >
      {step === "list" && (
        <Button w="fit-content" onClick={() => setStep("form")}>
          New token
        </Button>
      )}
      {step === "form" && <TokenForm onCreated={leaveForm} onCancel={() => leaveForm("list")} />}
      {typeof step === "object" && <NewToken created={step} onClose={() => setStep("list")} />}
      <EntryList
        label="Personal tokens"
        document={tokensDocument}
        pick={({ personalTokens }) => personalTokens}
        keyOf={({ id }) => id}
        empty="You have none yet."
      >
        {(token) => <TokenRow token={token} />}
      </EntryList>
    </Card>
  );
}
