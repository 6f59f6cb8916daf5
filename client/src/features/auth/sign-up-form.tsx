import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { forgetCarried, getCarried } from "../../browser/mailed-link.ts";
import { checkEmail } from "../../forms/email.ts";
import { sortByField } from "../../forms/field-errors.ts";
import { NewPasswordField } from "../../forms/new-password-field.tsx";
import { checkPassword } from "../../forms/password.ts";
import { useFirstWrong } from "../../forms/use-first-wrong.ts";
import { graphql } from "../../generated/gql.ts";
import type { SignupPolicy } from "../../generated/graphql.ts";
import { withCookie } from "../../graphql/delivery.ts";
import { describeError } from "../../graphql/error-words.ts";
import { FormProblem } from "../../ui/form-problem.tsx";
import type { SignedIn } from "./signed-in.ts";

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
      ... on InvalidCodeError {
        message
      }
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

type Errors = { email?: string; password?: string; name?: string; inviteCode?: string; form?: string };

type Props = { policy: SignupPolicy; minLength: number; onSignedIn: SignedIn };

/** Where somebody new makes an account, as far as the server lets them. */
export function SignUpForm({ policy, ...props }: Props) {
  if (policy !== "CLOSED") return <OpenForm needsInvite={policy === "INVITE"} {...props} />;
  return <Text size="sm">This server takes no new accounts. Ask whoever runs it.</Text>;
}

type OpenFormProps = Omit<Props, "policy"> & { needsInvite: boolean };

/** E-mail, password and name, and the code of an invitation where one is needed. */
function OpenForm({ needsInvite, minLength, onSignedIn }: OpenFormProps) {
  const [invite, setInvite] = useState(() => getCarried().invite);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const [{ fetching }, signUp] = useMutation(signUpDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problems = check(email, password, minLength, needsInvite ? invite : null);
    setErrors(problems);
    if (Object.keys(problems).length > 0 || fetching) return;
    const input = {
      email: email.trim(),
      password,
      name: name.trim() || null,
      ...(needsInvite && { inviteCode: invite.trim() }),
    };
    const { data, error } = await signUp({ input }, withCookie);
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.signup;
    if (result?.__typename === "AuthPayload") {
      forgetCarried();
      const { accessToken, expiresAt, user } = result;
      return onSignedIn({ accessToken, expiresAt, userId: user.id });
    }
    if (result?.__typename === "EmailTakenError") setErrors({ email: result.message });
    if (result?.__typename === "InvalidCodeError") setErrors({ inviteCode: result.message });
    if (result?.__typename === "NotAvailableError") setErrors({ form: result.message });
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["email", "password", "name", "inviteCode"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        <FormProblem>{errors.form}</FormProblem>
        {needsInvite && (
          <TextInput
            label="Invitation code"
            name="invite"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            size="md"
            value={invite}
            error={errors.inviteCode}
            onChange={(event) => setInvite(event.currentTarget.value)}
          />
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
        <NewPasswordField
          name="password"
          minLength={minLength}
          value={password}
          error={errors.password}
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

function check(email: string, password: string, minLength: number, invite: string | null): Errors {
  const emailProblem = checkEmail(email);
  const passwordProblem = checkPassword(password, minLength);
  return {
    ...(invite?.trim() === "" && { inviteCode: "Enter the code that you were given." }),
    ...(emailProblem && { email: emailProblem }),
    ...(passwordProblem && { password: passwordProblem }),
  };
}
