import type { Cache, ResolveInfo } from "@urql/exchange-graphcache";
import { expect, test } from "vitest";
import { TaskDetails_TaskFragmentDoc, TaskRow_TaskFragmentDoc } from "../../client/src/generated/graphql.ts";
import { optimistic } from "../../client/src/graphql/optimistic.ts";

/** What the cache is told that the server will answer. */
function answerOf(mutation: string, input: object, hint: object = {}): Record<string, unknown> {
  const info = { variables: { input, ...hint } } as unknown as ResolveInfo;
  const answer = optimistic[mutation]?.({ input }, {} as Cache, info);
  return (answer as { task: Record<string, unknown> }).task;
}

const names = [TaskDetails_TaskFragmentDoc, TaskRow_TaskFragmentDoc].flatMap(({ definitions }) =>
  definitions
    .flatMap((definition) => ("selectionSet" in definition ? definition.selectionSet.selections : []))
    .flatMap((selection) => (selection.kind === "Field" ? [selection.name.value] : [])),
);

test("a new task has every field that the page shows, before the server has answered", () => {
  const task = answerOf("createTask", { title: " Draw a map " }, { clientId: "new:1" });
  expect(Object.keys(task).toSorted()).toEqual([...new Set(["__typename", ...names])].toSorted());
  expect(task).toMatchObject({ id: "new:1", title: "Draw a map", description: null, priority: "NONE" });
  const full = { title: "Draw a map", description: "In ink", priority: "LOW", due: { date: "2026-11-21" } };
  expect(answerOf("createTask", full, { clientId: "new:2" })).toMatchObject({
    ...full,
    due: { date: "2026-11-21", time: null, timeZone: null, at: null },
  });
});

test("a changed task has what was changed, and nothing else", () => {
  const { updatedAt, ...task } = answerOf("updateTask", {
    id: "1",
    expectedVersion: 2,
    description: null,
    priority: null,
    title: undefined,
  });
  expect(Date.parse(String(updatedAt))).not.toBeNaN();
  expect(task).toEqual({ __typename: "Task", id: "1", description: null, priority: "NONE" });
  expect(answerOf("updateTask", { id: "1", completed: true })).toMatchObject({
    completed: true,
    completedAt: expect.any(String),
  });
  expect(answerOf("updateTask", { id: "1", completed: false })).toMatchObject({
    completed: false,
    completedAt: null,
  });
});
