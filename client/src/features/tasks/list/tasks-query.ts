import { defaultPageSize } from "../../../../../src/rules/limits.ts";
import { graphql } from "../../../generated/gql.ts";
import { filterOf, orderOf, type View } from "../view/view.ts";

export const tasksDocument = graphql(`
  query TaskPage_Tasks($first: Int!, $after: String, $filter: TaskFilter, $orderBy: TaskOrder, $isFirst: Boolean!) {
    tasks(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount @include(if: $isFirst)
      edges {
        node {
          id
          ...TaskRow_Task
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The variables of a page; equal ones share what the cache holds. */
export function pageVariables(view: View, after: string | null) {
  return {
    first: defaultPageSize,
    after,
    filter: filterOf(view),
    orderBy: orderOf(view),
    isFirst: after === null,
  };
}
