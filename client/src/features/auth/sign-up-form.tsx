import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../generated/gql.ts";
import { describeError } from "../../ui/error-words.ts";
import { checkEmail } from "./email.ts";
import { sortByField } from "./field-errors.ts";
import { checkPassword } from "./password.ts";
import { PasswordField } from "./password-field.tsx";
import { PasswordRules } from "./password-rules.tsx";
import type { SignedIn } from "./signed-in.ts";
import { useFirstWrong } from "./use-first-wrong.ts";

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
      ... on EmailTakenError {
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

type Errors = { email?: string; password?: string; name?: string; form?: string };

/** E-mail, password and name of somebody new. */
export function SignUpForm({ onSignedIn }: { onSignedIn: SignedIn }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, signUp] = useMutation(signUpDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problems = check(email, password);
    setErrors(problems);
    if (problems.email || problems.password || fetching) return;
    const { data, error } = await signUp({
      input: { email: email.trim(), password, name: name.trim() || null },
    });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.signup;
    if (result?.__typename === "AuthPayload") {
      return onSignedIn({ ...result, userId: result.user.id });
    }
    if (result?.__typename === "EmailTakenError") setErrors({ email: result.message });
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["email", "password", "name"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        {errors.form && (
          <Alert color="red" role="alert">
            {errors.form}
          </Alert>
        )}
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
          name="password"
          autoComplete="new-password"
          value={password}
          error={errors.password}
          description={<PasswordRules password={password} />}
          descriptionProps={{ component: "div" }}
          inputWrapperOrder={["label", "input", "error", "description"]}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <TextInput
          label="Name (optional)"
          name="name"
          autoComplete="name"
          size="md"
          value={name}
          error={errors.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={fetching}>
          Sign up
        </Button>
      </Stack>
    </form>
  );
}

function check(email: string, password: string): Errors {
  const emailProblem = checkEmail(email);
  const passwordProblem = checkPassword(password);
  return {
    ...(emailProblem && { email: emailProblem }),
    ...(passwordProblem && { password: passwordProblem }),
  };
}
