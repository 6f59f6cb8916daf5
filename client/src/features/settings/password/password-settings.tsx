import { useQuery } from "urql";
import { minPasswordLength } from "../../../../../src/rules/limits.ts";
import { Form, SubmitButton } from "../../../forms/form.tsx";
import { NewPasswordField } from "../../../forms/new-password-field.tsx";
import { checkPassword, notYourPassword } from "../../../forms/password.ts";
import { PasswordField } from "../../../forms/password-field.tsx";
import { useForm } from "../../../forms/use-form.ts";
import { graphql } from "../../../generated/gql.ts";
import { Card } from "../../../ui/card.tsx";
import { showNote } from "../../../ui/toast.tsx";

const serverDocument = graphql(`
  query PasswordSettings_Server {
    server {
      passwordMinLength
    }
    viewer {
      id
      email
    }
  }
`);

const changeDocument = graphql(`
  mutation PasswordSettings_Change($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on ChangePasswordPayload {
        revokedSessionCount
      }
      ...Refusal_Fields
    }
  }
`);

/** The password, which is changed with the one that it was. */
export function PasswordSettings() {
  const [{ data }] = useQuery({ query: serverDocument });
  const minLength = data?.server.passwordMinLength ?? minPasswordLength;
  return (
    <Card
      title="Change your password"
      about="Wherever else you are signed in, you will be signed out. Your personal tokens go on working."
    >
      <PasswordForm minLength={minLength} email={data?.viewer?.email ?? ""} />
    </Card>
  );
}

function PasswordForm({ minLength, email }: { minLength: number; email: string }) {
  const form = useForm({
    fields: { currentPassword: "", newPassword: "" },
    check: ({ currentPassword, newPassword }) => ({
      currentPassword: currentPassword === "" && "Enter your password as it is now.",
      newPassword: checkPassword(newPassword, minLength),
    }),
    mutation: changeDocument,
    input: (passwords) => passwords,
    refusals: { InvalidCredentialsError: () => ({ currentPassword: notYourPassword }) },
    onDone: ({ revokedSessionCount }) =>
      showNote(`Your password is changed. ${describeRevoked(revokedSessionCount)}`),
  });
  return (
    <Form form={form}>
      {/* Tells a password manager whose password this is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField label="Current password" name="current-password" {...form.field("currentPassword")} />
      <NewPasswordField
        label="New password"
        name="new-password"
        minLength={minLength}
        {...form.field("newPassword")}
      />
      <SubmitButton>Change the password</SubmitButton>
    </Form>
  );
}

function describeRevoked(count: number): string {
  if (count === 0) return "You were signed in nowhere else.";
  return count === 1 ? "One other session has ended." : `${count} other sessions have ended.`;
}
