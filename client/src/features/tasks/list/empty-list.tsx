import { Button, EmptyState } from "@mantine/core";
import { IconChecks, IconConfetti, IconListCheck, IconSearchOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { Quote } from "../../../ui/user-text.tsx";
import { searchTasks, showTasks, type View } from "../view/view.ts";
import { pageVariables, tasksDocument } from "./tasks-query.ts";

/** Why there is nothing in the list, and what to do about it. */
export function EmptyList({ view }: { view: View }) {
  if (view.search) return <NothingFound view={view} />;
  if (view.show === "open") return <NothingOpen view={view} />;
  if (view.show === "done") {
    return (
      <Empty icon={<IconChecks />} title="Nothing done yet">
        What you complete is kept here.
      </Empty>
    );
  }
  return <NoTasks />;
}

function NothingFound({ view }: { view: View }) {
  return (
    <Empty
      icon={<IconSearchOff />}
      title="Nothing matches"
      actions={
        <>
          <Button variant="light" onClick={() => searchTasks("")}>
            Clear the search
          </Button>
          {view.show !== "all" && (
            <Button variant="default" onClick={() => showTasks("all")}>
              Search all tasks
            </Button>
          )}
        </>
      }
    >
      No {view.show === "all" ? "" : `${view.show} `}task has <Quote>{view.search}</Quote> in its title or
      notes.
    </Empty>
  );
}

/** All done, or nothing there yet: the done tasks tell. Reading them has them ready, too. */
function NothingOpen({ view }: { view: View }) {
  const variables = pageVariables({ ...view, show: "done" }, null);
  const [{ data, fetching }] = useQuery({ query: tasksDocument, variables });
  if (!data && fetching) return null;
  if (!data || data.tasks.edges.length === 0) return <NoTasks />;
  return (
    <Empty icon={<IconConfetti />} title="All done">
      Nothing is left open. Enjoy it.
    </Empty>
  );
}

function NoTasks() {
  return (
    <Empty icon={<IconListCheck />} title="No tasks yet">
      Write the first one above and press Enter.
    </Empty>
  );
}

type EmptyProps = { icon: ReactNode; title: string; children: ReactNode; actions?: ReactNode };

function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <EmptyState
      role="status"
      py={64}
      px="md"
      variant="light"
      icon={icon}
      title={title}
      description={children}
      style={{ overflowWrap: "anywhere" }}
    >
      {actions && <EmptyState.Actions>{actions}</EmptyState.Actions>}
    </EmptyState>
  );
}
