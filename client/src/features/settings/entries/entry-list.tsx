import { Button, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import { type Key, type ReactNode, useState } from "react";
import { type TypedDocumentNode, useQuery } from "urql";
import { useRefresh } from "../../../graphql/use-refresh.ts";
import classes from "./entry-list.module.css";
import { LoadProblem } from "./load-problem.tsx";

/** A page of a list, as every query for one answers it. */
type Connection<Entry> = {
  edges: { node: Entry }[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
};

type Props<Data, Entry> = {
  label: string;
  document: TypedDocumentNode<Data, { after?: string | null }>;
  /** Finds the list in the query's answer. */
  pick: (data: Data) => Connection<Entry>;
  keyOf: (entry: Entry) => Key;
  /** What stands in the place of a list without entries. */
  empty: string;
  children: (entry: Entry) => ReactNode;
};

/** A list that is read page by page, on demand. */
export function EntryList<Data, Entry>(props: Props<Data, Entry>) {
  return <Page {...props} after={null} />;
}

function Page<Data, Entry>({ after, ...props }: Props<Data, Entry> & { after: string | null }) {
  const { label, document, pick, keyOf, empty, children } = props;
  const variables = { after };
  const [{ data, error, fetching }, refetch] = useQuery({
    query: document,
    variables,
    requestPolicy: "cache-and-network",
  });
  const [isExtended, setExtended] = useState(false);
  useRefresh(refetch);
  if (!data && error && !fetching) return <LoadProblem error={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  const { edges, pageInfo } = pick(data);
  if (after === null && edges.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {empty}
      </Text>
    );
  }
  return (
    <div className={after === null ? classes.pages : undefined}>
      <ul className={classes.list} aria-label={after === null ? label : `${label}, continued`}>
        {edges.map(({ node }) => (
          <li key={keyOf(node)} className={classes.entry}>
            {children(node)}
          </li>
        ))}
      </ul>
      {pageInfo.hasNextPage &&
        (isExtended ? (
          <Page {...props} after={pageInfo.endCursor ?? null} />
        ) : (
          <Button variant="default" size="xs" mt="md" onClick={() => setExtended(true)}>
            Show more
          </Button>
        ))}
    </div>
  );
}

function Loading() {
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
      <Skeleton height={12} width="55%" radius="xl" />
      <Skeleton height={12} width="38%" radius="xl" />
      <Skeleton height={12} width="47%" radius="xl" />
    </Stack>
  );
}
