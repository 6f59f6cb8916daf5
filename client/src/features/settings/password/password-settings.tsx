import { Button, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { minPasswordLength } from "../../../../../src/rules/limits.ts";
import { sortByField } from "../../../forms/field-errors.ts";
import { NewPasswordField } from "../../../forms/new-password-field.tsx";
import { checkPassword } from "../../../forms/password.ts";
import { PasswordField } from "../../../forms/password-field.tsx";
import { useFirstWrong } from "../../../forms/use-first-wrong.ts";
import { graphql } from "../../../generated/gql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { Card } from "../../../ui/card.tsx";
import { FormProblem } from "../../../ui/form-problem.tsx";
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

type Errors = { currentPassword?: string; newPassword?: string; form?: string };

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
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, change] = useMutation(changeDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problem = checkPassword(newPassword, minLength);
    const problems: Errors = {
      ...(currentPassword === "" && { currentPassword: "Enter your password as it is now." }),
      ...(problem && { newPassword: problem }),
    };
    setErrors(problems);
    if (Object.keys(problems).length > 0 || fetching) return;
    const { data, error } = await change({ input: { currentPassword, newPassword } });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.changePassword;
    if (result?.__typename === "ChangePasswordPayload") {
      setCurrent("");
      setNew("");
      showNote(`Your password is changed. ${describeRevoked(result.revokedSessionCount)}`);
    }
    if (result?.__typename === "InvalidCredentialsError") {
      setErrors({ currentPassword: "This is not your password." });
    }
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["currentPassword", "newPassword"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md" align="flex-start">
        <FormProblem>{errors.form}</FormProblem>
        {/* Tells a password manager whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          label="Current password"
          size="sm"
          name="current-password"
          autoComplete="current-password"
          w="100%"
          maw={360}
          value={currentPassword}
          error={errors.currentPassword}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPasswordField
          label="New password"
          size="sm"
          name="new-password"
          w="100%"
          maw={360}
          minLength={minLength}
          value={newPassword}
          error={errors.newPassword}
          onChange={(event) => setNew(event.currentTarget.value)}
        />
        <Button type="submit" loading={fetching}>
          Change the password
        </Button>
      </Stack>
    </form>
  );
}

function describeRevoked(count: number): string {
  if (count === 0) return "You were signed in nowhere else.";
  return count === 1 ? "One other session has ended." : `${count} other sessions have ended.`;
}
