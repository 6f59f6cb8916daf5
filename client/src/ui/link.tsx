import { Anchor, type AnchorProps } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";
import { goTo } from "../browser/address.ts";
import { withBase } from "../browser/base-path.ts";

type Props = AnchorProps & { href: string; children: ReactNode };

/** Follows a link within the client without loading a page; what opens a new tab or window still does. */
export function follow(event: MouseEvent<HTMLAnchorElement>): void {
  const { altKey, ctrlKey, metaKey, shiftKey, button, currentTarget } = event;
  if (altKey || ctrlKey || metaKey || shiftKey || button !== 0) return;
  event.preventDefault();
  goTo(currentTarget.href);
}

/** A link to another page of the client: "/settings/profile", or "#sign-up" on the same one. */
export function Link({ href, ...props }: Props) {
  return <Anchor underline="always" {...props} href={withBase(href)} onClick={follow} />;
}
