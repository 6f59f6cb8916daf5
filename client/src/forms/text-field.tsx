import { TextInput, type TextInputProps } from "@mantine/core";
import { useFieldLook } from "./form.tsx";

/** A line of text. */
export function TextField(props: TextInputProps) {
  return <TextInput {...useFieldLook()} {...props} />;
}

/** An e-mail address; by itself that of whoever signs in. */
export function EmailField(props: TextInputProps) {
  return <TextField label="E-mail" type="email" name="email" autoComplete="username" {...props} />;
}

/** A code that somebody was given. */
export function CodeField(props: TextInputProps) {
  return (
    <TextField
      label="Code"
      name="code"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      {...props}
    />
  );
}
