// What the room tells: said to screen readers, rung by the bell, drawn as a ripple. Nothing pops up.
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";

import type { Notice, RoomStore } from "../../store";
import { announce } from "../announce";
import type { Bell } from "./bell";
import type { Parts } from "./parts";

const RIPPLE_MS = 2_600;
const RIPPLES = 4;

function slotOf(store: RoomStore, name: string): number {
  for (const writer of store.writers.peek().values()) if (writer.name === name) return writer.slot;
  return 0;
}

/** While the writer is typing, cheers are seen on the water and not said. */
export function useNotices({ store, calm, ripples, say }: Parts, bell: Bell): void {
  const last = useRef(-1);

  const hear = (notice: Notice) => {
    if (notice.kind === "cheer") {
      const ripple = { id: notice.id, slot: slotOf(store, notice.from) };
      ripples.value = [...ripples.value, ripple].slice(-RIPPLES);
      setTimeout(() => (ripples.value = ripples.value.filter((r) => r !== ripple)), RIPPLE_MS);
      if (calm.peek()) return;
    }
    if (notice.kind === "bell" || notice.kind === "begin") bell.ring();
    if (notice.kind === "error") say(notice.text);
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
