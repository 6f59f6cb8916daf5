import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { goTo } from "../../../browser/address.ts";
import { forgetCarried, getCarried } from "../../../browser/mailed-link.ts";
import { useFirstWrong } from "../../../forms/use-first-wrong.ts";
import { graphql } from "../../../generated/gql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { FormProblem } from "../../../ui/form-problem.tsx";
import { showNote, showProblem } from "../../../ui/toast.tsx";
import { UserText } from "../../../ui/user-text.tsx";

const verifyDocument = graphql(`
  mutation EmailConfirmation_Verify($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      __typename
      ... on VerifyEmailPayload {
        user {
          id
          email
          emailVerified
        }
      }
      ... on InvalidCodeError {
        message
      }
      ... on EmailTakenError {
        message
      }
    }
  }
`);

const sendDocument = graphql(`
  mutation EmailConfirmation_Send {
    requestEmailVerification {
      __typename
      ... on RequestEmailVerificationPayload {
        email
      }
      ... on NotAvailableError {
        message
      }
    }
  }
`);

type Errors = { code?: string; form?: string };

type Props = {
  /** The address that the mail went to; null where this page doesn't know. */
  email: string | null;
  onConfirmed: () => void;
};

/** The code from a mail, which confirms the address that the mail went to. */
export function EmailConfirmation({ email, onConfirmed }: Props) {
  const [code, setCode] = useState(() => getCarried().code);
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, verify] = useMutation(verifyDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (fetching) return;
    if (code.trim() === "") return setErrors({ code: "Enter the code from the mail." });
    setErrors({});
    const { data, error } = await verify({ input: { code: code.trim() } });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.verifyEmail;
    if (result?.__typename === "InvalidCodeError") setErrors({ code: result.message });
    if (result?.__typename === "EmailTakenError") setErrors({ form: result.message });
    if (result?.__typename !== "VerifyEmailPayload") return;
    forgetCarried();
    showNote(
      <>
        <UserText>{result.user.email}</UserText> is confirmed.
      </>,
    );
    goTo("/settings/profile", "replace");
    onConfirmed();
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="sm" align="flex-start">
        <FormProblem>{errors.form}</FormProblem>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {email === null ? (
            "Enter the code from the mail."
          ) : (
            <>
              A mail with a code went to <UserText>{email}</UserText>. Follow the link in it, or enter the
              code here.
            </>
          )}
        </Text>
        <TextInput
          label="Code from the mail"
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          w="100%"
          maw={360}
          value={code}
          error={errors.code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" loading={fetching}>
            Confirm the address
          </Button>
          {email !== null && <SendAgain />}
        </Group>
      </Stack>
    </form>
  );
}

function SendAgain() {
  const [{ fetching }, send] = useMutation(sendDocument);
  const [isSent, setSent] = useState(false);
  const sendAgain = async () => {
    const { data, error } = await send({});
    const result = data?.requestEmailVerification;
    if (error) return showProblem(describeError(error));
    if (result?.__typename === "NotAvailableError") return showProblem(result.message);
    setSent(true);
    if (!result) return;
    showNote(
      <>
        A mail with a code is on its way to <UserText>{result.email}</UserText>.
      </>,
    );
  };
  return (
    <Button variant="default" onClick={sendAgain} loading={fetching} disabled={isSent}>
      {isSent ? "The mail has been sent" : "Send the mail again"}
    </Button>
  );
}
