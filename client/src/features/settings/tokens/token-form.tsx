import { Button, Checkbox, Group, Input, SegmentedControl, Stack } from "@mantine/core";
import { useNow } from "../../../browser/use-now.ts";
import { dayOf } from "../../../browser/wall-clock.ts";
import { Form, fieldWidth, SubmitButton } from "../../../forms/form.tsx";
import { TextField } from "../../../forms/text-field.tsx";
import { useForm } from "../../../forms/use-form.ts";
import { graphql } from "../../../generated/gql.ts";
import type { Scope } from "../../../generated/graphql.ts";
import type { Created } from "./created.ts";
import { type Expiry, expiries, expiryOf, expiryWords } from "./expiry.ts";
import { type Preset, presetNames, presetOf, presets, scopes, scopeWords } from "./scope.ts";
import classes from "./token-form.module.css";

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
      ...Refusal_Fields
    }
  }
`);

/** What the page keeps the token under while it is described. */
export const newTokenDraft = "new token form";

type Lifetime = { expiry: Expiry; date: string };

type NewToken = { name: string; scopes: Scope[]; expiresAt: Lifetime };

const usual: NewToken = { name: "", scopes: presets.Read, expiresAt: { expiry: "90", date: "" } };

type Props = { onCreated: (created: Created) => void; onCancel: () => void };

/** Name, abilities and lifetime of a new token. */
export function TokenForm({ onCreated, onCancel }: Props) {
  const form = useForm({
    fields: usual,
    draft: { name: newTokenDraft, fields: ["name", "scopes", "expiresAt"] },
    check: ({ name, scopes, expiresAt: { expiry, date } }) => ({
      name: name.trim() === "" && "Give it a name by which you know it again.",
      scopes: scopes.length === 0 && "Choose what it may do.",
      expiresAt: expiryOf(expiry, date) === null && "Choose a day that is not over.",
    }),
    mutation: createDocument,
    input: ({ name, scopes, expiresAt: { expiry, date } }) => ({
      name: name.trim(),
      scopes,
      // check() has seen to it that there is one.
      expiresAt: expiryOf(expiry, date) ?? "",
    }),
    refusals: {},
    onDone: ({ secret, personalToken: { name, scopes } }) => onCreated({ secret, name, scopes }),
  });
  const { values, errors, change } = form;
  return (
    <Form form={form}>
      <TextField
        label="Name"
        placeholder="Backup script"
        autoComplete="off"
        autoFocus
        {...form.field("name")}
      />
      <ScopeFields
        chosen={values.scopes}
        error={errors.scopes}
        onChange={(scopes) => change("scopes", scopes)}
      />
      <LifetimeFields
        lifetime={values.expiresAt}
        error={errors.expiresAt}
        onChange={(lifetime) => change("expiresAt", lifetime)}
      />
      <Group gap="xs">
        <SubmitButton>Make the token</SubmitButton>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
    </Form>
  );
}

type LifetimeFieldsProps = {
  lifetime: Lifetime;
  error: string | undefined;
  onChange: (lifetime: Lifetime) => void;
};

/** How long a token is valid: one of the usual times, or until the end of a day. */
function LifetimeFields({ lifetime: { expiry, date }, error, onChange }: LifetimeFieldsProps) {
  const now = useNow();
  return (
    <Stack gap={4} {...fieldWidth}>
      <Input.Label component="div">Valid for</Input.Label>
      <SegmentedControl
        aria-label="Valid for"
        fullWidth
        classNames={{ label: classes.choice ?? "" }}
        value={expiry}
        onChange={(value) => onChange({ expiry: value, date })}
        data={expiries.map((value) => ({ value, label: expiryWords[value] }))}
      />
      {expiry === "date" ? (
        <TextField
          type="date"
          label="Last day"
          mt="xs"
          min={dayOf(now)}
          value={date}
          error={error}
          onChange={(event) => onChange({ expiry, date: event.currentTarget.value })}
        />
      ) : (
        <Input.Error>{error}</Input.Error>
      )}
    </Stack>
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
      <Stack gap={4} {...fieldWidth}>
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
