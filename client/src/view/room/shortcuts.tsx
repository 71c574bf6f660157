// The keys. With Alt, so that they work inside the draft too; `?` lists them wherever one is not typing.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import * as T from "../testids";
import { KeysList } from "./later";

interface Keys {
  time: () => void;
  draft: () => void;
  board: () => void;
}

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

/** `event.code`, not `key`: with Alt held, some keyboards give another letter. AltGr writes letters, so Ctrl+Alt is left alone. */
export function Shortcuts({ keys }: { keys: Keys }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = useSignal(false);
  const list = () => {
    open.value = true;
    if (!dialog.current?.open) dialog.current?.showModal();
  };
  // Heard from the moment that the button is seen which tells of them.
  useLayoutEffect(() => {
    const byCode: Record<string, () => void> = { KeyT: keys.time, KeyW: keys.draft, KeyB: keys.board, Slash: list };
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey) return;
      const act = e.altKey ? byCode[e.code] : e.key === "?" && !inField(e.target) ? list : undefined;
      if (!act) return;
      e.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [keys]);

  return (
    <>
      <button
        type="button"
        class="button plain keys"
        aria-label="Keyboard shortcuts"
        aria-haspopup="dialog"
        onClick={list}
      >
        ?
      </button>
      <dialog ref={dialog} class="keys-list" data-testid={T.shortcuts} aria-label="Keyboard">
        {open.value && <KeysList.View />}
      </dialog>
    </>
  );
}
