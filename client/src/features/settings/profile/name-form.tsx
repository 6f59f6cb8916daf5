import { Form, SubmitButton } from "../../../forms/form.tsx";
import { TextField } from "../../../forms/text-field.tsx";
import { useForm } from "../../../forms/use-form.ts";
import { graphql } from "../../../generated/gql.ts";
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
      ...Refusal_Fields
    }
  }
`);

/** What to call the account's owner; may be left empty. */
export function NameForm({ name: saved }: { name: string }) {
  const form = useForm({
    fields: { name: saved },
    draft: { name: "name form", fields: ["name"] },
    mutation: updateDocument,
    input: ({ name }) => ({ name: name.trim() || null }),
    refusals: {},
    onDone: () => showNote("Your name is saved."),
  });
  return (
    <Form form={form}>
      <TextField label="Name" name="name" autoComplete="name" {...form.field("name")} />
      <SubmitButton>Save the name</SubmitButton>
    </Form>
  );
}
