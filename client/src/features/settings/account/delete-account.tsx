import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { Form, SubmitButton } from "../../../forms/form.tsx";
import { checkOwnPassword, notYourPassword } from "../../../forms/password.ts";
import { PasswordField } from "../../../forms/password-field.tsx";
import { TextField } from "../../../forms/text-field.tsx";
import { useForm } from "../../../forms/use-form.ts";
import { graphql } from "../../../generated/gql.ts";
import { sent } from "../../../graphql/delivery.ts";
import { Card } from "../../../ui/card.tsx";

const deleteDocument = graphql(`
  mutation DeleteAccount_Delete($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      __typename
      ...Refusal_Fields
    }
  }
`);

const phrase = "delete my account";

/** Where there are very many tasks it takes the server up to this. */
const toTheEnd = sent({ patience: 60_000 });

/** The end of the account. */
export function DeleteAccount({ onDeleted }: { onDeleted: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title="Delete your account"
      about="All your tasks, sessions, personal tokens and your log are deleted with it, at once and for good. It can’t be undone, and nobody can bring anything back."
      isGrave
    >
      {isOpen ? (
        <DeleteForm onDeleted={onDeleted} onCancel={() => setOpen(false)} />
      ) : (
        <Button w="fit-content" color="red" variant="light" onClick={() => setOpen(true)}>
          Delete my account
        </Button>
      )}
    </Card>
  );
}

function DeleteForm({ onDeleted, onCancel }: { onDeleted: () => void; onCancel: () => void }) {
  const form = useForm({
    fields: { password: "", confirmation: "" },
    check: ({ password, confirmation }) => ({
      password: checkOwnPassword(password),
      confirmation: confirmation.trim().toLowerCase() !== phrase && `Type “${phrase}”.`,
    }),
    mutation: deleteDocument,
    context: toTheEnd,
    input: ({ password }) => ({ password }),
    refusals: { InvalidCredentialsError: () => ({ password: notYourPassword }) },
    onDone: onDeleted,
  });
  return (
    <Form form={form}>
      <Text size="sm">You may want to download your data first.</Text>
      <PasswordField label="Your password" autoFocus {...form.field("password")} />
      <TextField
        label={`Type “${phrase}” to confirm`}
        autoComplete="off"
        autoCapitalize="none"
        {...form.field("confirmation")}
      />
      <Group gap="xs">
        <SubmitButton color="red">Delete everything</SubmitButton>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
    </Form>
  );
}
