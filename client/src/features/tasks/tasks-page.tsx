import { useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useRef, useState } from "react";
import { AwayBanner } from "../../ui/away-banner.tsx";
import { Header } from "../../ui/header.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { PartNotice } from "../../ui/part-notice.tsx";
import { AddTask } from "./add/add-task.tsx";
import { TaskList } from "./list/task-list.tsx";
import classes from "./tasks-page.module.css";
import { closeTask, useChosenTask } from "./view/chosen-task.ts";
import { HelpButton } from "./view/help-button.tsx";
import { Toolbar } from "./view/toolbar.tsx";
import { usePageShortcuts } from "./view/use-page-shortcuts.ts";
import { useView } from "./view/view.ts";

const TaskPanel = lazyPart(() => import("./details/task-panel.tsx").then(({ TaskPanel }) => TaskPanel));

const titles = { open: "Open tasks", done: "Done tasks", all: "All tasks" };

/** A person's tasks: add, find, do; and the details of the chosen one beside them. */
export function TasksPage({ account }: { account: ReactNode }) {
  const view = useView();
  const chosen = useChosenTask();
  const addRef = useRef<HTMLInputElement>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const isWide = useMediaQuery("(min-width: 64em)", false, { getInitialValueInEffect: false });
  useDocumentTitle(`${titles[view.show]} · Ownlist`);
  usePageShortcuts({
    add: () => addRef.current?.focus(),
    search: () => searchRef.current?.select(),
    help: () => setHelpOpen(true),
  });
  return (
    <>
      <Header>
        <HelpButton isOpen={isHelpOpen} onOpenChange={setHelpOpen} />
        {account}
      </Header>
      <div className={classes.page} data-panel={chosen !== null && isWide}>
        <AwayBanner />
        <main className={classes.main}>
          <AddTask ref={addRef} view={view} />
          <Toolbar view={view} searchRef={searchRef} />
          <TaskList view={view} chosen={chosen} />
        </main>
        <TaskPanel
          id={chosen}
          isWide={isWide}
          failed={(failure) =>
            chosen && <PartNotice what="The task’s details" failure={failure} onClose={closeTask} floats />
          }
        />
      </div>
    </>
  );
}
