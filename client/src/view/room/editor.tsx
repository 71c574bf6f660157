// The draft. The textarea is uncontrolled and never mounted anew, so that caret, undo and focus are the browser's own.
import { useEffect } from "preact/hooks";

import { Phase } from "../../protocol";
import type { RoomStore } from "../../store";
import * as T from "../testids";

interface EditorProps {
  store: RoomStore;
  field: { current: HTMLTextAreaElement | null };
  hidden: boolean;
  /** It takes keys now. */
  ready: () => void;
}

export function Editor({ store, field, hidden, ready: told }: EditorProps) {
  useEffect(() => {
    let alive = true;
    const fill = (text: string) => {
      if (alive && text && field.current) field.current.value = text;
    };
    const ready = (text: string) => {
      const el = field.current;
      if (!alive || !el) return;
      fill(text);
      el.readOnly = false;
      store.text(el.value);
      told();
    };
    store.draft(fill).then(ready, () => ready(""));
    return () => {
      alive = false;
    };
  }, [store]);

  const phase = store.phase.value;
  useEffect(() => {
    // Only from nowhere into the draft: whoever is in a field or on a button stays there.
    // (A heading has the focus only because it had to go somewhere.)
    const free = document.activeElement?.matches("body, [tabindex='-1']") ?? true;
    if (phase === Phase.WRITING && free && !hidden) field.current?.focus({ preventScroll: true });
  }, [phase]);

  return (
    <div class="draft" hidden={hidden}>
      <label class="away" for="draft">
        Your draft
      </label>
      <textarea
        id="draft"
        ref={field}
        readOnly
        data-testid={T.editor}
        placeholder={phase === Phase.WRITING ? "Write." : "Your draft. It stays on this device."}
        autoComplete="off"
        autoCapitalize="sentences"
        spellcheck
        onInput={(e) => store.text(e.currentTarget.value)}
      />
    </div>
  );
}
