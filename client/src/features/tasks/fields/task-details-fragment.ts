import { graphql } from "../../../generated/gql.ts";

/** All of a task: what its details show, and what bringing it back needs. */
export const TaskDetails_Task = graphql(`
  fragment TaskDetails_Task on Task {
    id
    title
    description
    completed
    completedAt
    due {
      date
      time
      timeZone
      at
    }
    priority
    version
    createdAt
    updatedAt
  }
`);
