import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { forgetCarried, getCarried } from "../../browser/mailed-link.ts";
import { checkEmail } from "../../forms/email.ts";
import { sortByField } from "../../forms/field-errors.ts";
import { NewPasswordField } from "../../forms/new-password-field.tsx";
import { checkPassword } from "../../forms/password.ts";
import { useFirstWrong } from "../../forms/use-first-wrong.ts";
import { graphql } from "../../generated/gql.ts";
import { describeError } from "../../graphql/error-words.ts";
import { FormProblem } from "../../ui/form-problem.tsx";

const resetDocument = graphql(`
  mutation ResetForm_Reset($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ... on InvalidCodeError {
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

type Errors = { email?: string; code?: string; newPassword?: string; form?: string };

/** Address, code and a new password; a mailed link has filled in the first two. */
export function ResetForm({ minLength, onReset }: { minLength: number; onReset: () => void }) {
  const [email, setEmail] = useState(() => getCarried().email);
  const [code, setCode] = useState(() => getCarried().code);
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, reset] = useMutation(resetDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problems = check(email, code, password, minLength);
    setErrors(problems);
    if (Object.keys(problems).length > 0 || fetching) return;
    const input = { email: email.trim(), code: code.trim(), newPassword: password };
    const { data, error } = await reset({ input });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.resetPassword;
    if (result?.__typename === "ResetPasswordPayload") {
      forgetCarried();
      return onReset();
    }
    if (result?.__typename === "InvalidCodeError") setErrors({ code: result.message });
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["email", "code", "newPassword"], result.message));
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
          autoFocus={email === ""}
          value={email}
          error={errors.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label="Code"
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          value={code}
          error={errors.code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <NewPasswordField
          label="New password"
          name="new-password"
          autoFocus={email !== ""}
          minLength={minLength}
          value={password}
          error={errors.newPassword}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={fetching}>
          Set the new password
        </Button>
      </Stack>
    </form>
  );
}

function check(email: string, code: string, password: string, minLength: number): Errors {
  const emailProblem = checkEmail(email);
  const passwordProblem = checkPassword(password, minLength);
  return {
    ...(emailProblem && { email: emailProblem }),
    ...(code.trim() === "" && { code: "Enter the code that you were given." }),
    ...(passwordProblem && { newPassword: passwordProblem }),
  };
}
