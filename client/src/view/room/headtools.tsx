// The head's two buttons, the keys, and what is heard: the bell, and what a screen reader is told.
import { useEffect, useMemo } from "preact/hooks";

import { Phase } from "../../protocol";
import { span, words } from "../format";
import { sound } from "../prefs";
import * as T from "../testids";
import { makeBell } from "./bell";
import { useKeptFocus } from "./focus";
import { useNotices } from "./notices";
import type { Parts } from "./parts";
import { Shortcuts } from "./shortcuts";

function BellSwitch() {
  return (
    <button
      type="button"
      class="button plain keys"
      aria-pressed={sound.value}
      aria-label="Bell"
      title={sound.value ? "The bell rings" : "The bell is silent"}
      data-testid={T.soundSwitch}
      onClick={() => (sound.value = !sound.value)}
    >
      <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d="M4 14.5h12c-1.4-1.4-1.6-3-1.6-5.2C14.400 6.400 12.600 4.500 10 4.500S5.600 6.400 5.600 9.300c0 2.200-.2 3.800-1.600 5.200zM8.500 17h3" />
        {!sound.value && <path d="M3 3l14 14" />}
      </svg>
    </button>
  );
}

/** For whoever asks: "12 minutes left. 412 words." */
function timeLeft({ store }: Parts): string {
  const left = store.remainingMs.peek();
  const until = store.phase.peek() === Phase.COUNTDOWN ? "until it begins" : "left";
  const time = left > 0 ? `${span(left)} ${until}` : "No round is running";
  return store.slot.peek() === null ? `${time}.` : `${time}. ${words(store.own.peek().words)}.`;
}

export function HeadTools({ parts }: { parts: Parts }) {
  const bell = useMemo(() => makeBell(() => sound.peek()), []);
  useEffect(() => () => bell.close(), [bell]);
  useNotices(parts, bell);
  useKeptFocus();
  const keys = useMemo(
    () => ({
      time: () => parts.say(timeLeft(parts)),
      draft: () => parts.editor.current?.focus(),
      board() {
        parts.sheet.value = true;
        // A sheet that was folded is open in the next frame only: what is not shown takes no focus.
        requestAnimationFrame(() => document.getElementById("shore-title")?.focus());
      },
    }),
    [parts],
  );
  return (
    <>
      <BellSwitch />
      <Shortcuts keys={keys} />
    </>
  );
}
