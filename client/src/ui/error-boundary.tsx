import { Component, type ReactNode } from "react";

type Props = {
  children: ReactNode;
  /** What to show instead. retry: draws the children once more. */
  fallback: (retry: () => void) => ReactNode;
};

/** Catches what breaks while its children are drawn, so that the rest of the page goes on. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  readonly retry = () => this.setState({ hasFailed: false });

  override render() {
    return this.state.hasFailed ? this.props.fallback(this.retry) : this.props.children;
  }
}
