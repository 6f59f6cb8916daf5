import type { PasswordInputProps } from "@mantine/core";
import { PasswordField } from "./password-field.tsx";
import { PasswordRules } from "./password-rules.tsx";
import { StrengthMeter } from "./strength-meter.tsx";

type Props = Omit<PasswordInputProps, "value"> & { value: string; minLength: number };

/** A password that somebody chooses, with the rules for it and how hard to guess it is. */
export function NewPasswordField({ value, minLength, ...props }: Props) {
  return (
    <PasswordField
      autoComplete="new-password"
      value={value}
      description={
        <>
          <StrengthMeter password={value} />
          <PasswordRules password={value} minLength={minLength} />
        </>
      }
      descriptionProps={{ component: "div" }}
      inputWrapperOrder={["label", "input", "error", "description"]}
      {...props}
    />
  );
}
