import { Text } from "@mantine/core";
import { useRef } from "react";
import { checkEmail } from "../../forms/email.ts";
import { Form, SubmitButton } from "../../forms/form.tsx";
import { checkOwnPassword } from "../../forms/password.ts";
import { PasswordField } from "../../forms/password-field.tsx";
import { EmailField } from "../../forms/text-field.tsx";
import { useForm } from "../../forms/use-form.ts";
import { graphql } from "../../generated/gql.ts";
import { withCookie } from "../../graphql/delivery.ts";
import { Link } from "../../ui/link.tsx";
import type { SignedIn } from "./signed-in.ts";

const signInDocument = graphql(`
  mutation SignInForm_SignIn($input: LoginInput!) {
    login(input: $input) {
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

/** E-mail and password of somebody who has an account. */
export function SignInForm({ onSignedIn }: { onSignedIn: SignedIn }) {
  const passwordRef = useRef<HTMLInputElement>(null);
  const form = useForm({
    fields: { email: "", password: "" },
    check: ({ email, password }) => ({ email: checkEmail(email), password: checkOwnPassword(password) }),
    mutation: signInDocument,
    context: withCookie,
    input: ({ email, password }) => ({ email: email.trim(), password }),
    refusals: {
      InvalidCredentialsError: (message) => {
        passwordRef.current?.select();
        return { form: message };
      },
    },
    onDone: onSignedIn,
  });
  return (
    <Form form={form} look="page">
      <EmailField autoFocus {...form.field("email")} />
      <PasswordField ref={passwordRef} {...form.field("password")} />
      <SubmitButton>Sign in</SubmitButton>
      <Text size="sm">
        <Link href="#forgotten">Forgotten your password?</Link>
      </Text>
    </Form>
  );
}
