import { Button, Center, EmptyState } from "@mantine/core";
import { IconBug } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";

type Props = { children: ReactNode };

/** Catches what breaks while the page is drawn, and offers to load it again instead of showing nothing. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Center mih="100dvh" p="md">
        <EmptyState
          role="alert"
          icon={<IconBug />}
          title="This page has stopped working"
          description="Your tasks are safe on the server. Loading the page again usually helps."
        >
          <EmptyState.Actions>
            <Button onClick={() => location.reload()}>Load it again</Button>
          </EmptyState.Actions>
        </EmptyState>
      </Center>
    );
  }
}
