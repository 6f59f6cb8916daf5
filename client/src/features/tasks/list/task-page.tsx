import { useState } from "react";
import { createRequest, useQuery } from "urql";
import { stableKey } from "../../../browser/stable-key.ts";
import { useKept } from "../../../graphql/use-kept.ts";
import { useRefresh } from "../../../graphql/use-refresh.ts";
import type { View } from "../view/view.ts";
import { EmptyList } from "./empty-list.tsx";
import { ListError } from "./list-error.tsx";
import { ListSkeleton } from "./list-skeleton.tsx";
import { MoreTasks } from "./more-tasks.tsx";
import { TaskCount } from "./task-count.tsx";
import classes from "./task-page.module.css";
import { TaskRow } from "./task-row.tsx";
import { pageVariables, tasksDocument } from "./tasks-query.ts";

type Props = {
  view: View;
  /** The cursor that the page before this one ended with; null for the first. */
  after: string | null;
  chosen: string | null;
};

/**
 * One page of the list and, once it is asked for, the next: that one starts where this one ends now, so that nothing
 * falls into a gap when a page has been read again.
 */
export function TaskPage({ view, after, chosen }: Props) {
  const variables = pageVariables(view, after);
  const viewKey = JSON.stringify([view.show, view.search, view.field, view.direction]);
  const [extendedView, setExtendedView] = useState("");
  const [result, refetch] = useQuery({ query: tasksDocument, variables, requestPolicy: "cache-and-network" });
  const { key } = createRequest(tasksDocument, variables);
  const { value: data, isOld } = useKept(result.data, result.operation?.key, key);
  // What is still there of the view before has that view's words.
  const [shown, setShown] = useState({ view, viewKey });
  if (!isOld && shown.viewKey !== viewKey) setShown({ view, viewKey });
  useRefresh(refetch);

  const failure = result.fetching ? undefined : result.error;
  if (!data || (isOld && failure)) {
    if (failure) return <ListError error={failure} onRetry={refetch} />;
    return <ListSkeleton rows={after === null ? 6 : 3} />;
  }
  const { edges, pageInfo, totalCount } = data.tasks;
  if (after === null && edges.length === 0 && !pageInfo.hasNextPage) return <EmptyList view={shown.view} />;
  // A cursor of another order or filter would lead nowhere.
  const hasMore = pageInfo.hasNextPage && shown.viewKey === viewKey;
  return (
    <>
      {after === null && <TaskCount count={totalCount ?? edges.length} view={shown.view} />}
      <ul
        className={classes.page}
        data-first={after === null}
        data-old={isOld}
        aria-label={after === null ? "Tasks" : "The list, continued"}
      >
        {edges.map(({ node }) => (
          <TaskRow key={stableKey(node.id)} task={node} isChosen={node.id === chosen} />
        ))}
      </ul>
      {hasMore && extendedView !== viewKey && <MoreTasks onMore={() => setExtendedView(viewKey)} />}
      {hasMore && extendedView === viewKey && (
        <TaskPage view={view} after={pageInfo.endCursor ?? null} chosen={chosen} />
      )}
    </>
  );
}
