import { Button, Checkbox, Group, Input, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { useNamedDraft } from "../../../browser/drafts.ts";
import { useNow } from "../../../browser/use-now.ts";
import { dayOf } from "../../../browser/wall-clock.ts";
import { sortByField } from "../../../forms/field-errors.ts";
import { useFirstWrong } from "../../../forms/use-first-wrong.ts";
import { graphql } from "../../../generated/gql.ts";
import type { Scope } from "../../../generated/graphql.ts";
import { describeError } from "../../../graphql/error-words.ts";
import { FormProblem } from "../../../ui/form-problem.tsx";
import type { Created } from "./created.ts";
import { type Expiry, expiries, expiryOf, expiryWords } from "./expiry.ts";
import { type Preset, presetNames, presetOf, presets, scopes, scopeWords } from "./scope.ts";

const createDocument = graphql(`
  mutation TokenForm_Create($input: CreatePersonalTokenInput!) {
    createPersonalToken(input: $input) {
      __typename
      ... on CreatePersonalTokenPayload {
        secret
        personalToken {
          id
          name
          scopes
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

/** What the page keeps the token under while it is described. */
export const newTokenDraft = "new token";

type NewToken = { name: string; chosen: Scope[]; expiry: Expiry; date: string };

const usual: NewToken = { name: "", chosen: presets.Read, expiry: "90", date: "" };

type Errors = { name?: string; scopes?: string; expiresAt?: string; form?: string };

type Props = { onCreated: (created: Created) => void; onCancel: () => void };

/** Name, abilities and lifetime of a new token. */
export function TokenForm({ onCreated, onCancel }: Props) {
  const [typed, setTyped] = useNamedDraft<NewToken>(newTokenDraft);
  const { name, chosen, expiry, date } = typed ?? usual;
  const change = (changes: Partial<NewToken>) => setTyped({ ...usual, ...typed, ...changes });
  const [errors, setErrors] = useState<Errors>({});
  const form = useFirstWrong(errors);
  const now = useNow();
  const [{ fetching }, create] = useMutation(createDocument);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = expiryOf(expiry, date);
    const problems: Errors = {
      ...(name.trim() === "" && { name: "Give it a name by which you know it again." }),
      ...(chosen.length === 0 && { scopes: "Choose what it may do." }),
      ...(expiresAt === null && { expiresAt: "Choose a day that is not over." }),
    };
    setErrors(problems);
    if (expiresAt === null || Object.keys(problems).length > 0 || fetching) return;
    const { data, error } = await create({ input: { name: name.trim(), scopes: chosen, expiresAt } });
    if (error) return setErrors({ form: describeError(error) });
    const result = data?.createPersonalToken;
    if (result?.__typename === "CreatePersonalTokenPayload") {
      onCreated({
        secret: result.secret,
        name: result.personalToken.name,
        scopes: result.personalToken.scopes,
      });
    }
    if (result?.__typename === "ValidationError") {
      setErrors(sortByField(result.fieldErrors, ["name", "scopes", "expiresAt"], result.message));
    }
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md" align="flex-start">
        <FormProblem>{errors.form}</FormProblem>
        <TextInput
          label="Name"
          placeholder="Backup script"
          autoComplete="off"
          autoFocus
          w="100%"
          maw={360}
          value={name}
          error={errors.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <ScopeFields
          chosen={chosen}
          error={errors.scopes}
          onChange={(scopes) => change({ chosen: scopes })}
        />
        <Stack gap={4} w="100%" maw={360}>
          <Input.Label component="div">Valid for</Input.Label>
          <SegmentedControl
            aria-label="Valid for"
            fullWidth
            value={expiry}
            onChange={(value) => change({ expiry: value })}
            data={expiries.map((value) => ({ value, label: expiryWords[value] }))}
          />
          {expiry === "date" ? (
            <TextInput
              type="date"
              label="Last day"
              mt="xs"
              min={dayOf(now)}
              value={date}
              error={errors.expiresAt}
              onChange={(event) => change({ date: event.currentTarget.value })}
            />
          ) : (
            <Input.Error>{errors.expiresAt}</Input.Error>
          )}
        </Stack>
        <Group gap="xs">
          <Button type="submit" loading={fetching}>
            Make the token
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type ScopeFieldsProps = {
  chosen: Scope[];
  error: string | undefined;
  onChange: (chosen: Scope[]) => void;
};

/** What a token may do: one of the presets, or any choice. */
function ScopeFields({ chosen, error, onChange }: ScopeFieldsProps) {
  return (
    <Stack gap="sm" w="100%">
      <Stack gap={4} maw={360}>
        <Input.Label component="div">What it may do</Input.Label>
        <SegmentedControl
          aria-label="What it may do"
          fullWidth
          // None of them is checked when the choice is another.
          value={presetOf(chosen) ?? ""}
          onChange={(preset) => onChange(presets[preset as Preset])}
          data={presetNames}
        />
      </Stack>
      <Checkbox.Group
        label="In detail"
        value={chosen}
        error={error}
        onChange={(value) => onChange(scopes.filter((scope) => value.includes(scope)))}
      >
        <Stack gap={8}>
          {scopes.map((scope) => (
            <Checkbox key={scope} value={scope} label={scopeWords[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
    </Stack>
  );
}
