import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { goTo } from "../../../browser/address.ts";
import { forgetCarried, getCarried } from "../../../browser/mailed-link.ts";
import { Form, SubmitButton } from "../../../forms/form.tsx";
import { CodeField } from "../../../forms/text-field.tsx";
import { useForm } from "../../../forms/use-form.ts";
import { graphql } from "../../../generated/gql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { isDone, readRefusal } from "../../../graphql/refusal.ts";
import { showNote, showProblem } from "../../../ui/toast.tsx";
import { UserText } from "../../../ui/user-text.tsx";

const verifyDocument = graphql(`
  mutation EmailConfirmation_Verify($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      __typename
      ... on VerifyEmailPayload {
        user {
          id
          email
          emailVerified
        }
      }
      ...Refusal_Fields
    }
  }
`);

const sendDocument = graphql(`
  mutation EmailConfirmation_Send {
    requestEmailVerification {
      __typename
      ... on RequestEmailVerificationPayload {
        email
      }
      ...Refusal_Fields
    }
  }
`);

type Props = {
  /** The address that the mail went to; null where this page doesn't know. */
  email: string | null;
  onConfirmed: () => void;
};

/** The code from a mail, which confirms the address that the mail went to. */
export function EmailConfirmation({ email, onConfirmed }: Props) {
  const [{ code }] = useState(getCarried);
  const form = useForm({
    fields: { code },
    check: ({ code }) => ({ code: code.trim() === "" && "Enter the code from the mail." }),
    mutation: verifyDocument,
    input: ({ code }) => ({ code: code.trim() }),
    refusals: { InvalidCodeError: "code", EmailTakenError: "form" },
    onDone: ({ user }) => {
      forgetCarried();
      showNote(
        <>
          <UserText>{user.email}</UserText> is confirmed.
        </>,
      );
      goTo("/settings/profile", "replace");
      onConfirmed();
    },
  });
  return (
    <Form form={form} gap="sm">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {email === null ? (
          "Enter the code from the mail."
        ) : (
          <>
            A mail with a code went to <UserText>{email}</UserText>. Follow the link in it, or enter the code
            here.
          </>
        )}
      </Text>
      <CodeField label="Code from the mail" {...form.field("code")} />
      <Group gap="xs">
        <SubmitButton>Confirm the address</SubmitButton>
        {email !== null && <SendAgain />}
      </Group>
    </Form>
  );
}

function SendAgain() {
  const [{ fetching }, send] = useMutation(sendDocument);
  const [isSent, setSent] = useState(false);
  const sendAgain = async () => {
    const { data, error } = await send({});
    const result = data?.requestEmailVerification;
    if (error) return showProblem(describeError(error));
    if (result && !isDone(result)) return showProblem(readRefusal(result).message);
    setSent(true);
    if (!result) return;
    showNote(
      <>
        A mail with a code is on its way to <UserText>{result.email}</UserText>.
      </>,
    );
  };
  return (
    <Button variant="default" onClick={sendAgain} loading={fetching} disabled={isSent}>
      {isSent ? "The mail has been sent" : "Send the mail again"}
    </Button>
  );
}
