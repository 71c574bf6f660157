// What the room tells: said to screen readers, rung by the bell, drawn as a ripple. Nothing pops up.
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";

import type { Notice } from "../../store";
import { announce } from "../announce";
import type { Bell } from "./bell";
import type { Parts } from "./parts";

const RIPPLE_MS = 2_600;
const RIPPLES = 4;
const LAST_MINUTE_MS = 60_000;

/** While the writer is typing, cheers are seen on the water and not said. */
export function useNotices({ store, calm, ripples, say }: Parts, bell: Bell): void {
  const last = useRef(-1);

  const hear = (notice: Notice) => {
    if (notice.kind === "cheer") {
      const ripple = { id: notice.id, slot: notice.slot };
      ripples.value = [...ripples.value, ripple].slice(-RIPPLES);
      setTimeout(() => (ripples.value = ripples.value.filter((r) => r !== ripple)), RIPPLE_MS);
      if (calm.peek()) return;
    }
    if (notice.kind === "bell" || notice.kind === "begin") bell.ring();
    if (notice.kind === "time" && notice.leftMs === LAST_MINUTE_MS) bell.ring(true);
    if (notice.kind === "error") return say(notice.text); // the status line is read out by itself
    announce(notice.text, notice.loud);
  };

  useSignalEffect(() => {
    const fresh = store.notices.value.filter((notice) => notice.id > last.current);
    for (const notice of fresh) {
      last.current = notice.id;
      hear(notice);
    }
  });
}
