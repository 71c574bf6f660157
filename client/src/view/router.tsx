// Addresses of the pages: one signal of where we are, and links that change it without loading anew.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

function here(): URL {
  return new URL(location.href);
}

export const address = signal(here());

export function go(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  address.value = here();
  scrollTo(0, 0);
}

export function followHistory(): void {
  addEventListener("popstate", () => (address.value = here()));
}

export function toHeading(heading: HTMLElement | null): void {
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

let isFirst = true;

/** The page before this one took the focus with it: it goes to the new heading, unless a field here has it already. */
export function useArrival(): void {
  useEffect(() => {
    if (!isFirst && document.activeElement === document.body) toHeading(document.querySelector("h1"));
    isFirst = false;
  }, []);
}

interface LinkProps {
  to: string;
  children: ComponentChildren;
  class?: string;
  "aria-label"?: string | undefined;
  "aria-current"?: "page" | undefined;
  "data-testid"?: string;
}

export function Link({ to, children, ...rest }: LinkProps) {
  const onClick = (e: MouseEvent) => {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(to);
  };
  return (
    <a href={to} onClick={onClick} {...rest}>
      {children}
    </a>
  );
}
