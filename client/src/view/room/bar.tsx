// The thin bar on top: the time left, a line that fills, and the writer's own count. The timer is silent for screen readers.
import { Phase } from "../../protocol";
import type { Own, RoomStore } from "../../store";
import { countdown, number, secondsLeft } from "../format";
import * as T from "../testids";

const UNTIL: Partial<Record<Phase, string>> = {
  [Phase.COUNTDOWN]: "until it begins",
  [Phase.WRITING]: "left",
  [Phase.REPORTING]: "to report",
};

function howCounted(how: Own["how"]): string {
  return how === "typed" ? "typed here" : how === "reported" ? "reported" : "followed file";
}

function Timer({ store }: { store: RoomStore }) {
  const ms = store.remainingMs.value;
  return (
    <p class="timer" role="timer" aria-live="off">
      <span class="timer-face num" data-testid={T.timer} data-left={secondsLeft(ms)}>
        {countdown(ms)}
      </span>{" "}
      <span class="timer-until">{UNTIL[store.phase.value]}</span>
    </p>
  );
}

/** What part of the running phase is over, 0 to 1. */
function Line({ store }: { store: RoomStore }) {
  const now = store.timeline.value;
  const left = store.remainingMs.value;
  if (!now || store.phase.value !== Phase.WRITING) return <span class="line" />;
  const part = 1 - left / Math.max(1, now.ends - now.starts);
  return (
    <span class="line" aria-hidden="true">
      <span style={{ transform: `scaleX(${Math.min(1, Math.max(0, part))})` }} />
    </span>
  );
}

function savedText(own: Own): string {
  return own.saved === "saved" ? "saved" : own.saved === "saving" ? "saving" : "kept here";
}

function OwnCount({ store }: { store: RoomStore }) {
  const own = store.own.value;
  return (
    <p class="own" data-testid={T.ownCount} data-how={own.how}>
      <span class="own-figure">
        <strong class="num" data-testid={T.ownWords} data-words={own.words}>
          {number(own.words)}
        </strong>{" "}
        {own.words === 1 ? "word" : "words"}
      </span>{" "}
      <span class="own-how fades">
        {howCounted(own.how)} · <span data-testid={T.saved} data-saved={own.saved}>{savedText(own)}</span>
        {own.late && " · late"}
      </span>
    </p>
  );
}

export function Bar({ store }: { store: RoomStore }) {
  const phase = store.phase.value;
  if (UNTIL[phase] === undefined) return null;
  return (
    <div class="bar">
      <Timer store={store} />
      <Line store={store} />
      {store.slot.value !== null && phase !== Phase.COUNTDOWN && <OwnCount store={store} />}
    </div>
  );
}
