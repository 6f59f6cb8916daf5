import { Badge, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useNamedDraft } from "../../../browser/drafts.ts";
import { getCarried } from "../../../browser/mailed-link.ts";
import { Card } from "../../../ui/card.tsx";
import { UserText } from "../../../ui/user-text.tsx";
import { EmailConfirmation } from "./email-confirmation.tsx";
import { EmailForm, newEmailDraft } from "./email-form.tsx";

type Props = { email: string; isVerified: boolean; sendsMail: boolean };

/** The account's address and, where the server sends mail, whether it is confirmed and how to do that. */
export function EmailSettings({ email, isVerified, sendsMail }: Props) {
  // The address that counts once its code has come back; null where none is awaited as far as this page knows.
  const [awaited, setAwaited] = useState<string | null>(null);
  const [typed, setTyped] = useNamedDraft(newEmailDraft);
  const [isChanging, setChanging] = useState(typed !== undefined);
  const [hasCode, setHasCode] = useState(() => getCarried().code !== "");
  const close = () => {
    setTyped(undefined);
    setChanging(false);
  };
  const toConfirm = awaited ?? (isVerified ? null : email);
  return (
    <Card title="E-mail address" about="You sign in with it.">
      <Group gap="xs">
        <Text fw={600} style={{ overflowWrap: "anywhere" }}>
          <UserText>{email}</UserText>
        </Text>
        {sendsMail && (
          <Badge variant="light" color={isVerified ? "pine" : "yellow"} tt="none">
            {isVerified ? "Confirmed" : "Not confirmed yet"}
          </Badge>
        )}
      </Group>
      {sendsMail && (hasCode || toConfirm !== null) && (
        <EmailConfirmation
          email={toConfirm}
          onConfirmed={() => {
            setAwaited(null);
            setHasCode(false);
          }}
        />
      )}
      {isChanging ? (
        <EmailForm
          onChanged={(address) => {
            setAwaited(address);
            close();
          }}
          onCancel={close}
        />
      ) : (
        <Group gap="xs">
          <Button variant="default" onClick={() => setChanging(true)}>
            Change the address
          </Button>
          {sendsMail && !hasCode && toConfirm === null && (
            <Button variant="subtle" onClick={() => setHasCode(true)}>
              I have a code from a mail
            </Button>
          )}
        </Group>
      )}
    </Card>
  );
}
