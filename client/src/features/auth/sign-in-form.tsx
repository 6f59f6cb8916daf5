import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useMutation } from "urql";
import { checkEmail } from "../../forms/email.ts";
import { sortByField } from "../../forms/field-errors.ts";
import { PasswordField } from "../../forms/password-field.tsx";
import { useFirstWrong } from "../../forms/use-first-wrong.ts";
import { graphql } from "../../generated/gql.ts";
import { withCookie } from "../../graphql/delivery.ts";
import { describeError } from "../../graphql/error-words.ts";
import { FormProblem } from "../../ui/form-problem.tsx";
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
      ... on InvalidCredentialsError {
        message
      }
      ... on ValidationError {
        message
        fieldErrors {
          path
          message
        }
      }
    }
  }
`);

type Errors = { email?: string; password?: string; form?: string };

/** E-mail and password of somebody who has an account. */
export function SignInForm({ onSignedIn }: { onSignedIn: SignedIn }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, signIn] = useMutation(signInDocument);
  const passwordRef = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problems = check(email, password);
    setErrors(problems);
    if (problems.email || problems.password || fetching) return;
    const { data, error } = await signIn({ input: { email: email.trim(), password } }, withCookie);
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.login;
    if (result?.__typename === "AuthPayload") {
      const { accessToken, expiresAt, user } = result;
      return onSignedIn({ accessToken, expiresAt, userId: user.id });
    }
    if (result?.__typename === "InvalidCredentialsError") {
      setErrors({ form: result.message });
      passwordRef.current?.select();
    }
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["email", "password"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        <FormProblem>{errors.form}</FormProblem>
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          size="md"
          autoFocus
          value={email}
          error={errors.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordField
          ref={passwordRef}
          name="password"
          autoComplete="current-password"
          value={password}
          error={errors.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={fetching}>
          Sign in
        </Button>
        <Text size="sm">
          <Link href="#forgotten">Forgotten your password?</Link>
        </Text>
      </Stack>
    </form>
  );
}

function check(email: string, password: string): Errors {
  const emailProblem = checkEmail(email);
  return {
    ...(emailProblem && { email: emailProblem }),
    ...(password === "" && { password: "Enter your password." }),
  };
}
