import { Button, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { dayOf } from "../../../browser/wall-clock.ts";
import { describeWait } from "../../../graphql/error-words.ts";
import { Card } from "../../../ui/card.tsx";

/** Hands a file to the browser's downloads. */
function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function describeStatus(response: Response): string {
  if (response.status === 429) return describeWait(response);
  if (response.status === 401) return "Your session has ended.";
  return "The server can’t make the file right now. Try again in a moment.";
}

/** Downloads all that the account holds. Returns what went wrong, or null. */
async function download(fetchExport: () => Promise<Response>): Promise<string | null> {
  try {
    const response = await fetchExport();
    if (!response.ok) return describeStatus(response);
    save(await response.blob(), `ownlist-export-${dayOf(new Date())}.json`);
    return null;
  } catch {
    return "The server can’t be reached, or the download broke off. Try again in a moment.";
  }
}

/** All that the account holds, as a file. */
export function DataExport({ fetchExport }: { fetchExport: () => Promise<Response> }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const start = async () => {
    setBusy(true);
    setProblem(null);
    setProblem(await download(fetchExport));
    setBusy(false);
  };
  return (
    <Card
      title="Download your data"
      about="One JSON file with all that your account holds: your profile, your tasks, your sessions, tokens and log. Passwords and secrets are not in it."
    >
      <Button
        w="fit-content"
        variant="default"
        loading={isBusy}
        onClick={start}
        leftSection={<IconDownload size={18} aria-hidden="true" />}
      >
        Download the file
      </Button>
      {problem && (
        <Text size="sm" role="alert" c="var(--mantine-color-error)">
          {problem}
        </Text>
      )}
    </Card>
  );
}
