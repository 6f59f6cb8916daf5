import { Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowLeft } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { AwayBanner } from "../../ui/away-banner.tsx";
import { Header } from "../../ui/header.tsx";
import { Link } from "../../ui/link.tsx";
import { DataExport } from "./account/data-export.tsx";
import { DeleteAccount } from "./account/delete-account.tsx";
import { SecurityLog } from "./log/security-log.tsx";
import { PasswordSettings } from "./password/password-settings.tsx";
import { ProfileSettings } from "./profile/profile-settings.tsx";
import { sectionNames, sectionOf, sections } from "./sections.ts";
import { SessionSettings } from "./sessions/session-settings.tsx";
import classes from "./settings-page.module.css";
import { TokenSettings } from "./tokens/token-settings.tsx";

type Props = {
  account: ReactNode;
  path: string;
  /** Asks the server for all that the account holds. */
  fetchExport: () => Promise<Response>;
  /** The account is no more. */
  onDeleted: () => void;
};

/** What a person can see of the own account, and change. */
export function SettingsPage({ account, path, fetchExport, onDeleted }: Props) {
  const section = sectionOf(path);
  const heading = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(`${sections[section]} · Ownlist`);
  // Another section is another page: one begins at its top, with the keyboard and a screen reader too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the section says when
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [section]);
  return (
    <>
      <Header>{account}</Header>
      <AwayBanner />
      <div className={classes.page}>
        <nav className={classes.nav} aria-label="Settings">
          <Link href="/" className={classes.back} underline="never">
            <IconArrowLeft size={18} aria-hidden="true" /> Your tasks
          </Link>
          {sectionNames.map((name) => (
            <Link
              key={name}
              href={`/settings/${name}`}
              className={classes.link}
              underline="never"
              aria-current={name === section ? "page" : undefined}
            >
              {sections[name]}
            </Link>
          ))}
        </nav>
        <main className={classes.main}>
          <Title order={1} fz={24} ref={heading} tabIndex={-1} className={classes.heading}>
            {sections[section]}
          </Title>
          {section === "profile" && <ProfileSettings />}
          {section === "password" && <PasswordSettings />}
          {section === "sessions" && <SessionSettings />}
          {section === "tokens" && <TokenSettings />}
          {section === "log" && <SecurityLog />}
          {section === "data" && (
            <>
              <DataExport fetchExport={fetchExport} />
              <DeleteAccount onDeleted={onDeleted} />
            </>
          )}
        </main>
      </div>
    </>
  );
}
