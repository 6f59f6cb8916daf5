import { Skeleton } from "@mantine/core";
import { useQuery } from "urql";
import { graphql } from "../../../generated/gql.ts";
import { useRefresh } from "../../../graphql/use-refresh.ts";
import { Card } from "../../../ui/card.tsx";
import { EmailSettings } from "../email/email-settings.tsx";
import { LoadProblem } from "../entries/load-problem.tsx";
import { NameForm } from "./name-form.tsx";

const profileDocument = graphql(`
  query ProfileSettings_Viewer {
    viewer {
      id
      email
      name
      emailVerified
    }
    server {
      sendsMail
    }
  }
`);

/** Name and e-mail address. */
export function ProfileSettings() {
  const [{ data, error, fetching }, refetch] = useQuery({ query: profileDocument });
  useRefresh(refetch);
  if (!data?.viewer) {
    if (error && !fetching) return <LoadProblem error={error} onRetry={refetch} />;
    return <Skeleton height={180} radius="lg" />;
  }
  const { viewer, server } = data;
  return (
    <>
      <Card title="Name" about="What this page calls you. Nobody else sees it.">
        <NameForm name={viewer.name ?? ""} />
      </Card>
      <EmailSettings email={viewer.email} isVerified={viewer.emailVerified} sendsMail={server.sendsMail} />
    </>
  );
}
