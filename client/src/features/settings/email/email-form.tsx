import { Button, Group } from "@mantine/core";
import { checkEmail } from "../../../forms/email.ts";
import { Form, SubmitButton } from "../../../forms/form.tsx";
import { checkOwnPassword, notYourPassword } from "../../../forms/password.ts";
import { PasswordField } from "../../../forms/password-field.tsx";
import { EmailField } from "../../../forms/text-field.tsx";
import { useForm } from "../../../forms/use-form.ts";
import { graphql } from "../../../generated/gql.ts";
import { showNote } from "../../../ui/toast.tsx";

const changeDocument = graphql(`
  mutation EmailForm_Change($input: ChangeEmailInput!) {
    changeEmail(input: $input) {
      __typename
      ... on ChangeEmailPayload {
        verificationSent
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

/** What the page keeps the address under while it is typed; the password it doesn't. */
export const newEmailDraft = "new e-mail address form";

type Props = {
  /** @param awaited the address that has yet to be confirmed, or null */
  onChanged: (awaited: string | null) => void;
  onCancel: () => void;
};

/** Another address, with the password: who has the address can ask for a new password. */
export function EmailForm({ onChanged, onCancel }: Props) {
  const form = useForm({
    fields: { email: "", password: "" },
    draft: { name: newEmailDraft, fields: ["email"] },
    check: ({ email, password }) => ({ email: checkEmail(email), password: checkOwnPassword(password) }),
    mutation: changeDocument,
    input: ({ email, password }) => ({ email: email.trim(), password }),
    refusals: {
      EmailTakenError: "email",
      InvalidCredentialsError: () => ({ password: notYourPassword }),
    },
    onDone: ({ verificationSent }, { email }) => {
      if (!verificationSent) showNote("Your e-mail address is changed.");
      onChanged(verificationSent ? email.trim() : null);
    },
  });
  return (
    <Form form={form}>
      <EmailField label="New e-mail address" autoComplete="email" autoFocus {...form.field("email")} />
      <PasswordField label="Your password" {...form.field("password")} />
      <Group gap="xs">
        <SubmitButton>Change the address</SubmitButton>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
    </Form>
  );
}
