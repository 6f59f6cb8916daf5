import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { sortByField } from "../../../forms/field-errors.ts";
import { PasswordField } from "../../../forms/password-field.tsx";
import { useFirstWrong } from "../../../forms/use-first-wrong.ts";
import { graphql } from "../../../generated/gql.ts";
import { sent } from "../../../graphql/delivery.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { Card } from "../../../ui/card.tsx";
import { FormProblem } from "../../../ui/form-problem.tsx";

const deleteDocument = graphql(`
  mutation DeleteAccount_Delete($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      __typename
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

const phrase = "delete my account";

/** Where there are very many tasks it takes the server up to this. */
const toTheEnd = sent({ patience: 60_000 });

type Errors = { password?: string; confirmation?: string; form?: string };

/** The end of the account. */
export function DeleteAccount({ onDeleted }: { onDeleted: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title="Delete your account"
      about="All your tasks, sessions, personal tokens and your log are deleted with it, at once and for good. It can’t be undone, and nobody can bring anything back."
      isGrave
    >
      {isOpen ? (
        <DeleteForm onDeleted={onDeleted} onCancel={() => setOpen(false)} />
      ) : (
        <Button w="fit-content" color="red" variant="light" onClick={() => setOpen(true)}>
          Delete my account
        </Button>
      )}
    </Card>
  );
}

function DeleteForm({ onDeleted, onCancel }: { onDeleted: () => void; onCancel: () => void }) {
  const [password, setPassword] = useState("");
  const [confirmation, setConfirmation] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, remove] = useMutation(deleteDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isConfirmed = confirmation.trim().toLowerCase() === phrase;
    const problems: Errors = {
      ...(password === "" && { password: "Enter your password." }),
      ...(!isConfirmed && { confirmation: `Type “${phrase}”.` }),
    };
    setErrors(problems);
    if (Object.keys(problems).length > 0 || fetching) return;
    const { data, error } = await remove({ input: { password } }, toTheEnd);
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.deleteAccount;
    if (result?.__typename === "DeleteAccountPayload") onDeleted();
    if (result?.__typename === "InvalidCredentialsError")
      setErrors({ password: "This is not your password." });
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["password"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md" align="flex-start">
        <FormProblem>{errors.form}</FormProblem>
        <Text size="sm">You may want to download your data first.</Text>
        <PasswordField
          label="Your password"
          size="sm"
          name="password"
          autoComplete="current-password"
          autoFocus
          w="100%"
          maw={360}
          value={password}
          error={errors.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <TextInput
          label={`Type “${phrase}” to confirm`}
          autoComplete="off"
          autoCapitalize="none"
          w="100%"
          maw={360}
          value={confirmation}
          error={errors.confirmation}
          onChange={(event) => setConfirmation(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" color="red" loading={fetching}>
            Delete everything
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
