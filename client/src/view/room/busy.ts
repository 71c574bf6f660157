// A command at a time: a second click of the same hand is no second wish.
import { useSignal } from "@preact/signals";

/** A command is answered within a few ms, well before the second click of a double click. */
const REST_MS = 700;

interface Busy {
  busy: boolean;
  /** Nothing happens while the one before is under way, or has only just been. */
  once: (act: () => Promise<unknown>) => void;
}

export function useBusy(): Busy {
  const busy = useSignal(false);
  return {
    busy: busy.value,
    async once(act) {
      if (busy.peek()) return;
      busy.value = true;
      await act();
      setTimeout(() => (busy.value = false), REST_MS);
    },
  };
}
