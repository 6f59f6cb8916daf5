import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { useState } from "react";

/** A password with a switch, also for the keyboard, that shows what is typed. */
export function PasswordField(props: PasswordInputProps) {
  const [visible, setVisible] = useState(false);
  return (
    <PasswordInput
      label="Password"
      size="md"
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
