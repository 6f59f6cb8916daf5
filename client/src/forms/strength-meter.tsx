import { Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useConnection } from "../browser/connection-context.ts";
import { loadCommonPasswords, measureStrength } from "./strength.ts";
import classes from "./strength-meter.module.css";

const words = ["Very easy to guess", "Easy to guess", "Fair; a word more helps", "Good", "Very good"];

/** How hard to guess what is being typed is. */
export function StrengthMeter({ password }: { password: string }) {
  const [common, setCommon] = useState<ReadonlySet<string>>(new Set());
  const isTyping = password !== "";
  const { returns } = useConnection();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the server is back, the list may be had
  useEffect(() => {
    if (isTyping) loadCommonPasswords().then(setCommon, () => {});
  }, [isTyping, returns]);
  const strength = isTyping ? measureStrength(password, common) : null;
  return (
    <Group gap="xs" wrap="nowrap" mih={18}>
      <div className={classes.meter} data-strength={strength ?? "none"} aria-hidden="true">
        {words.slice(1).map((word, index) => (
          <span key={word} data-on={strength !== null && index <= Math.max(strength - 1, 0)} />
        ))}
      </div>
      <Text size="xs" component="span" role="status" lh={1.5}>
        {strength === null ? "" : words[strength]}
      </Text>
    </Group>
  );
}
