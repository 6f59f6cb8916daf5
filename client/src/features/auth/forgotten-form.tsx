import { Stack, Text } from "@mantine/core";
import { useState } from "react";
import { checkEmail } from "../../forms/email.ts";
import { Form, SubmitButton } from "../../forms/form.tsx";
import { EmailField } from "../../forms/text-field.tsx";
import { useForm } from "../../forms/use-form.ts";
import { graphql } from "../../generated/gql.ts";
import { Link } from "../../ui/link.tsx";
import { UserText } from "../../ui/user-text.tsx";

const requestDocument = graphql(`
  mutation ForgottenForm_Request($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      __typename
      ...Refusal_Fields
    }
  }
`);

type Props = {
  sendsMail: boolean;
  /** Whether the server has said so. */
  isKnown: boolean;
};

/** How somebody who forgot the password gets a code: by mail, or from whoever runs the server. */
export function ForgottenForm({ sendsMail, isKnown }: Props) {
  if (sendsMail) return <RequestForm />;
  return (
    <Stack gap="md">
      <Text size="sm">
        {isKnown
          ? "This server sends no mail. Ask whoever runs it for a code; with it you can choose a new password."
          : "You need a code to choose a new password. The server hasn’t said yet whether it can mail you one."}
      </Text>
      <HaveCode />
    </Stack>
  );
}

function HaveCode() {
  return (
    <Text size="sm">
      <Link href="/reset" fw={600}>
        I have a code
      </Link>
    </Text>
  );
}

function RequestForm() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    fields: { email: "" },
    check: ({ email }) => ({ email: checkEmail(email) }),
    mutation: requestDocument,
    input: ({ email }) => ({ email: email.trim() }),
    refusals: { NotAvailableError: "form" },
    onDone: (_payload, { email }) => setSentTo(email.trim()),
  });
  if (sentTo !== null) {
    return (
      <Stack gap="md" role="status">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          If there is an account for <UserText>{sentTo}</UserText>, a mail with a code is on its way. The link
          in it opens the form where you choose a new password.
        </Text>
        <HaveCode />
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm">We mail you a code with which you can choose a new one.</Text>
      <Form form={form} look="page">
        <EmailField autoFocus {...form.field("email")} />
        <SubmitButton>Mail me a code</SubmitButton>
        <HaveCode />
      </Form>
    </Stack>
  );
}
