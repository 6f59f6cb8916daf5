import { Button, Menu } from "@mantine/core";
import { IconArrowsSort } from "@tabler/icons-react";
import type { OrderDirection, TaskOrderField } from "../../../generated/graphql.ts";
import classes from "./order-menu.module.css";
import { orderFields, orders, orderTasks, type View } from "./view.ts";

const words: Record<TaskOrderField, { name: string } & Record<OrderDirection, string>> = {
  CREATED_AT: { name: "Created", DESC: "Newest first", ASC: "Oldest first" },
  UPDATED_AT: { name: "Changed", DESC: "Latest change first", ASC: "Oldest change first" },
  DUE: { name: "Due", ASC: "Soonest first", DESC: "Latest first" },
  PRIORITY: { name: "Priority", DESC: "Highest first", ASC: "Lowest first" },
  TITLE: { name: "Title", ASC: "A to Z", DESC: "Z to A" },
};

/** By what the list is ordered, and in which direction. */
export function OrderMenu({ view: { field, direction } }: { view: View }) {
  const { name, ASC, DESC } = words[field];
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          fw={500}
          px="sm"
          className={classes.button}
          leftSection={<IconArrowsSort size={16} aria-hidden="true" />}
          aria-label={`Order: ${name}, ${words[field][direction]}`}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Order by</Menu.Label>
        <Menu.RadioGroup
          value={field}
          onChange={(value) => orderTasks(value as TaskOrderField, orders[value as TaskOrderField].first)}
        >
          {orderFields.map((value) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick>
              {words[value].name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>Direction</Menu.Label>
        <Menu.RadioGroup value={direction} onChange={(value) => orderTasks(field, value as OrderDirection)}>
          <Menu.RadioItem value={orders[field].first} closeMenuOnClick>
            {orders[field].first === "ASC" ? ASC : DESC}
          </Menu.RadioItem>
          <Menu.RadioItem value={orders[field].first === "ASC" ? "DESC" : "ASC"} closeMenuOnClick>
            {orders[field].first === "ASC" ? DESC : ASC}
          </Menu.RadioItem>
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
