import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { useState } from "react";
import { useFieldLook } from "./form.tsx";

/** A password, by itself one's own, with a switch, also for the keyboard, that shows what is typed. */
export function PasswordField(props: PasswordInputProps) {
  const [visible, setVisible] = useState(false);
  return (
    <PasswordInput
      {...useFieldLook()}
      label="Password"
      name="password"
      autoComplete="current-password"
      visible={visible}
      onVisibilityChange={setVisible}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ "aria-label": "Show what is typed" }}
      // Mantine's other fields say this by themselves.
      aria-invalid={props.error ? true : undefined}
      {...props}
    />
  );
}
