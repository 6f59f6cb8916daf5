import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { useNamedDraft } from "../../../browser/drafts.ts";
import { sortByField } from "../../../forms/field-errors.ts";
import { useFirstWrong } from "../../../forms/use-first-wrong.ts";
import { graphql } from "../../../generated/gql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { FormProblem } from "../../../ui/form-problem.tsx";
import { showNote } from "../../../ui/toast.tsx";

const updateDocument = graphql(`
  mutation NameForm_Update($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename
      ... on UpdateProfilePayload {
        user {
          id
          name
        }
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

type Errors = { name?: string; form?: string };

/** What to call the account's owner; may be left empty. */
export function NameForm({ name: saved }: { name: string }) {
  const [typed, setTyped] = useNamedDraft<string>("name");
  const name = typed ?? saved;
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, update] = useMutation(updateDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (fetching) return;
    setErrors({});
    const { data, error } = await update({ input: { name: name.trim() || null } });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.updateProfile;
    if (result?.__typename === "UpdateProfilePayload") {
      setTyped(undefined);
      showNote("Your name is saved.");
    }
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["name"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md" align="flex-start">
        <FormProblem>{errors.form}</FormProblem>
        <TextInput
          label="Name"
          name="name"
          autoComplete="name"
          w="100%"
          maw={360}
          value={name}
          error={errors.name}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" loading={fetching}>
          Save the name
        </Button>
      </Stack>
    </form>
  );
}
