import { useState } from "react";
import { forgetCarried, getCarried } from "../../browser/mailed-link.ts";
import { checkEmail } from "../../forms/email.ts";
import { Form, SubmitButton } from "../../forms/form.tsx";
import { NewPasswordField } from "../../forms/new-password-field.tsx";
import { checkPassword } from "../../forms/password.ts";
import { CodeField, EmailField } from "../../forms/text-field.tsx";
import { useForm } from "../../forms/use-form.ts";
import { graphql } from "../../generated/gql.ts";

const resetDocument = graphql(`
  mutation ResetForm_Reset($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ...Refusal_Fields
    }
  }
`);

/** Address, code and a new password; a mailed link has filled in the first two. */
export function ResetForm({ minLength, onReset }: { minLength: number; onReset: () => void }) {
  const [{ email, code }] = useState(getCarried);
  const form = useForm({
    fields: { email, code, newPassword: "" },
    check: ({ email, code, newPassword }) => ({
      email: checkEmail(email),
      code: code.trim() === "" && "Enter the code that you were given.",
      newPassword: checkPassword(newPassword, minLength),
    }),
    mutation: resetDocument,
    input: ({ email, code, newPassword }) => ({ email: email.trim(), code: code.trim(), newPassword }),
    refusals: { InvalidCodeError: "code" },
    onDone: () => {
      forgetCarried();
      onReset();
    },
  });
  return (
    <Form form={form} look="page">
      <EmailField autoFocus={email === ""} {...form.field("email")} />
      <CodeField {...form.field("code")} />
      <NewPasswordField
        label="New password"
        name="new-password"
        autoFocus={email !== ""}
        minLength={minLength}
        {...form.field("newPassword")}
      />
      <SubmitButton>Set the new password</SubmitButton>
    </Form>
  );
}
