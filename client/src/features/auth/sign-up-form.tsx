import { Text } from "@mantine/core";
import { useState } from "react";
import { forgetCarried, getCarried } from "../../browser/mailed-link.ts";
import { checkEmail } from "../../forms/email.ts";
import { Form, SubmitButton } from "../../forms/form.tsx";
import { NewPasswordField } from "../../forms/new-password-field.tsx";
import { checkPassword } from "../../forms/password.ts";
import { CodeField, EmailField, TextField } from "../../forms/text-field.tsx";
import { useForm } from "../../forms/use-form.ts";
import { graphql } from "../../generated/gql.ts";
import type { SignupPolicy } from "../../generated/graphql.ts";
import { withCookie } from "../../graphql/delivery.ts";
import type { SignedIn } from "./signed-in.ts";

const signUpDocument = graphql(`
  mutation SignUpForm_SignUp($input: SignupInput!) {
    signup(input: $input) {
      __typename
      ... on AuthPayload {
        accessToken
        expiresAt
        user {
          id
        }
      }
      ...Refusal_Fields
    }
  }
`);

type Props = { policy: SignupPolicy; minLength: number; onSignedIn: SignedIn };

/** Where somebody new makes an account, as far as the server lets them. */
export function SignUpForm({ policy, ...props }: Props) {
  if (policy !== "CLOSED") return <OpenForm needsInvite={policy === "INVITE"} {...props} />;
  return <Text size="sm">This server takes no new accounts. Ask whoever runs it.</Text>;
}

type OpenFormProps = Omit<Props, "policy"> & { needsInvite: boolean };

/** E-mail, password and name, and the code of an invitation where one is needed. */
function OpenForm({ needsInvite, minLength, onSignedIn }: OpenFormProps) {
  const [{ invite }] = useState(getCarried);
  const form = useForm({
    fields: { inviteCode: invite, email: "", password: "", name: "" },
    check: ({ inviteCode, email, password }) => ({
      inviteCode: needsInvite && inviteCode.trim() === "" && "Enter the code that you were given.",
      email: checkEmail(email),
      password: checkPassword(password, minLength),
    }),
    mutation: signUpDocument,
    context: withCookie,
    input: ({ inviteCode, email, password, name }) => ({
      email: email.trim(),
      password,
      name: name.trim() || null,
      ...(needsInvite && { inviteCode: inviteCode.trim() }),
    }),
    refusals: { EmailTakenError: "email", InvalidCodeError: "inviteCode", NotAvailableError: "form" },
    onDone: (payload) => {
      forgetCarried();
      onSignedIn(payload);
    },
  });
  return (
    <Form form={form} look="page">
      {needsInvite && (
        <CodeField label="Invitation code" name="invite" autoComplete="off" {...form.field("inviteCode")} />
      )}
      <EmailField autoFocus {...form.field("email")} />
      <NewPasswordField minLength={minLength} {...form.field("password")} />
      <TextField label="Name (optional)" name="name" autoComplete="name" {...form.field("name")} />
      <SubmitButton>Sign up</SubmitButton>
    </Form>
  );
}
