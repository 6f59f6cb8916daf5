import { setSearchParams, useSearchParams } from "../../../browser/address.ts";
import type { OrderDirection, TaskOrder, TaskOrderField } from "../../../generated/graphql.ts";
import type { ListFilter } from "../../../graphql/task-order.ts";

export type Show = "open" | "done" | "all";

/** What the page shows: all of it is in the address, so that reloading and going back work. */
export type View = { show: Show; search: string; field: TaskOrderField; direction: OrderDirection };

const shows: readonly Show[] = ["open", "done", "all"];

/** Each order's name in the address, and the direction that one expects of it. */
export const orders: Record<TaskOrderField, { param: string; first: OrderDirection }> = {
  CREATED_AT: { param: "created", first: "DESC" },
  UPDATED_AT: { param: "updated", first: "DESC" },
  DUE: { param: "due", first: "ASC" },
  PRIORITY: { param: "priority", first: "DESC" },
  TITLE: { param: "title", first: "ASC" },
};

export const orderFields = Object.keys(orders) as TaskOrderField[];

/** The view that the address names; what it names wrongly or not at all is open tasks, newest first. */
export function useView(): View {
  const params = useSearchParams();
  const show = shows.find((candidate) => candidate === params.get("show")) ?? "open";
  const field =
    orderFields.find((candidate) => orders[candidate].param === params.get("sort")) ?? "CREATED_AT";
  const { first } = orders[field];
  const direction = params.get("dir") === opposite(first).toLowerCase() ? opposite(first) : first;
  return { show, search: params.get("q") ?? "", field, direction };
}

export function opposite(direction: OrderDirection): OrderDirection {
  return direction === "ASC" ? "DESC" : "ASC";
}

export function showTasks(show: Show): void {
  setSearchParams({ show: show === "open" ? null : show }, "push");
}

export function searchTasks(search: string): void {
  setSearchParams({ q: search === "" ? null : search }, "replace");
}

export function orderTasks(field: TaskOrderField, direction: OrderDirection): void {
  const { param, first } = orders[field];
  const dir = direction === first ? null : direction.toLowerCase();
  setSearchParams({ sort: field === "CREATED_AT" ? null : param, dir }, "push");
}

/** The part of a view that the server filters by. */
export function filterOf({ show, search }: Pick<View, "show" | "search">): ListFilter {
  return {
    ...(show !== "all" && { completed: show === "done" }),
    ...(search !== "" && { search }),
  };
}

export function orderOf({ field, direction }: View): TaskOrder {
  return { field, direction };
}
