// Where the focus goes when a phase, or an answer, takes away the control that had it.
import { useEffect } from "preact/hooks";

import { toHeading } from "../router";

/** Parts that give the focus to another of their own controls do so within this. */
const SETTLED_MS = 100;

/** It goes on from the heading of what stands there now. It moves from nowhere else: never while somebody types. */
export function useKeptFocus(): void {
  useEffect(() => {
    let held: Element | null = document.activeElement;
    let timer = 0;
    const hold = (e: FocusEvent) => (held = e.target as Element);
    const release = (e: PointerEvent) => {
      if (!held?.contains(e.target as Node)) held = null; // who clicks beside everything wants no focus
    };
    const look = () => {
      const panel = document.querySelector(".panel");
      const isLost = document.activeElement === document.body && held !== null && !held.isConnected;
      if (!isLost || panel?.querySelector(".bones")) return;
      const same = held?.id ? document.getElementById(held.id) : null; // the next phase has that field, too
      same?.focus(); // which one that is folded away does not take
      if (!same || document.activeElement !== same) toHeading(panel?.querySelector("h2") ?? document.querySelector("h1"));
    };
    const changes = new MutationObserver(() => {
      clearTimeout(timer);
      timer = window.setTimeout(look, SETTLED_MS);
    });
    changes.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", hold);
    document.addEventListener("pointerdown", release);
    return () => {
      changes.disconnect();
      clearTimeout(timer);
      document.removeEventListener("focusin", hold);
      document.removeEventListener("pointerdown", release);
    };
  }, []);
}
