import { Skeleton, VisuallyHidden } from "@mantine/core";
import classes from "./list-skeleton.module.css";

const widths = ["62%", "41%", "74%", "35%", "56%", "48%"];

/** The list's shape while it loads. */
export function ListSkeleton({ rows }: { rows: number }) {
  return (
    <div className={classes.list} role="status">
      <VisuallyHidden>Loading tasks</VisuallyHidden>
      {widths.slice(0, rows).map((width) => (
        <div key={width} className={classes.row}>
          <Skeleton circle height={22} />
          <Skeleton height={12} width={width} radius="xl" />
        </div>
      ))}
    </div>
  );
}
