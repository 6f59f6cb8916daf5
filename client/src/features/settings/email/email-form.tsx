import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { useNamedDraft } from "../../../browser/drafts.ts";
import { checkEmail } from "../../../forms/email.ts";
import { sortByField } from "../../../forms/field-errors.ts";
import { PasswordField } from "../../../forms/password-field.tsx";
import { useFirstWrong } from "../../../forms/use-first-wrong.ts";
import { graphql } from "../../../generated/gql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { FormProblem } from "../../../ui/form-problem.tsx";
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
      ... on EmailTakenError {
        message
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

/** What the page keeps the address under while it is typed; the password it doesn't. */
export const newEmailDraft = "new e-mail address";

type Errors = { email?: string; password?: string; form?: string };

type Props = {
  /** @param awaited the address that has yet to be confirmed, or null */
  onChanged: (awaited: string | null) => void;
  onCancel: () => void;
};

/** Another address, with the password: who has the address can ask for a new password. */
export function EmailForm({ onChanged, onCancel }: Props) {
  const [email = "", setEmail] = useNamedDraft<string>(newEmailDraft);
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, change] = useMutation(changeDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problems = check(email, password);
    setErrors(problems);
    if (Object.keys(problems).length > 0 || fetching) return;
    const { data, error } = await change({ input: { email: email.trim(), password } });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.changeEmail;
    if (result?.__typename === "ChangeEmailPayload") {
      if (!result.verificationSent) showNote("Your e-mail address is changed.");
      onChanged(result.verificationSent ? email.trim() : null);
    }
    if (result?.__typename === "EmailTakenError") setErrors({ email: result.message });
    if (result?.__typename === "InvalidCredentialsError")
      setErrors({ password: "This is not your password." });
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["email", "password"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md" align="flex-start">
        <FormProblem>{errors.form}</FormProblem>
        <TextInput
          label="New e-mail address"
          type="email"
          name="email"
          autoComplete="email"
          autoFocus
          w="100%"
          maw={360}
          value={email}
          error={errors.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordField
          label="Your password"
          size="sm"
          name="password"
          autoComplete="current-password"
          w="100%"
          maw={360}
          value={password}
          error={errors.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" loading={fetching}>
            Change the address
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
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
