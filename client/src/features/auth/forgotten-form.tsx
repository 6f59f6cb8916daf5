import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { checkEmail } from "../../forms/email.ts";
import { sortByField } from "../../forms/field-errors.ts";
import { useFirstWrong } from "../../forms/use-first-wrong.ts";
import { graphql } from "../../generated/gql.ts";
import { describeError } from "../../graphql/error-words.ts";
import { FormProblem } from "../../ui/form-problem.tsx";
import { Link } from "../../ui/link.tsx";
import { UserText } from "../../ui/user-text.tsx";

const requestDocument = graphql(`
  mutation ForgottenForm_Request($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      __typename
      ... on NotAvailableError {
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

type Props = {
  sendsMail: boolean;
  /** Whether the server has said so. */
  isKnown: boolean;
};

/** How somebody who forgot the password gets a code: by mail, or from whoever runs the server. */
export function ForgottenForm({ sendsMail, isKnown }: Props) {
  if (sendsMail) return <RequestForm />;
  return (
    <Stack gap="md">
      <Text size="sm">
        {isKnown
          ? "This server sends no mail. Ask whoever runs it for a code; with it you can choose a new password."
          : "You need a code to choose a new password. The server hasn’t said yet whether it can mail you one."}
      </Text>
      <HaveCode />
    </Stack>
  );
}

function HaveCode() {
  return (
    <Text size="sm">
      <Link href="/reset" fw={600}>
        I have a code
      </Link>
    </Text>
  );
}

type Errors = { email?: string; form?: string };

function RequestForm() {
  const [email, setEmail] = useState("");
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, request] = useMutation(requestDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problem = checkEmail(email);
    setErrors(problem ? { email: problem } : {});
    if (problem || fetching) return;
    const { data, error } = await request({ input: { email: email.trim() } });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.requestPasswordReset;
    if (result?.__typename === "RequestPasswordResetPayload") setSentTo(email.trim());
    if (result?.__typename === "NotAvailableError") setErrors({ form: result.message });
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["email"], result.message));
    }
  };

  if (sentTo !== null) {
    return (
      <Stack gap="md" role="status">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          If there is an account for <UserText>{sentTo}</UserText>, a mail with a code is on its way. The link
          in it opens the form where you choose a new password.
        </Text>
        <HaveCode />
      </Stack>
    );
  }
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">We mail you a code with which you can choose a new one.</Text>
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
        <Button type="submit" size="md" loading={fetching}>
          Mail me a code
        </Button>
        <HaveCode />
      </Stack>
    </form>
  );
}
