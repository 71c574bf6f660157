// The ways to count: typed here, a total against a starting total, or "+N new". Changeable at any time, each step undoable.
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { RoomStore } from "../../store";
import { announce } from "../announce";
import { words } from "../format";
import * as T from "../testids";
import type { Way } from "./parts";

const WAYS: readonly [Way, string, string][] = [
  ["here", "Write here", T.wayTyped],
  ["total", "My total", T.wayTotal],
  ["new", "+ New words", T.wayNew],
];

export function Ways({ store, way }: { store: RoomStore; way: Signal<Way> }) {
  const choose = (next: Way) => {
    way.value = next;
    if (next === "here" && store.own.value.how !== "typed") store.useTyped();
  };
  useEffect(() => store.countElsewhere(way.value !== "here"), [store, way.value]);
  const own = store.own.value;
  return (
    <fieldset class="ways fades">
      <legend class="away">How you count</legend>
      <div class="chips">
        {WAYS.map(([value, text, testid]) => (
          <label key={value} class="chip">
            <input
              type="radio"
              name="way"
              value={value}
              data-testid={testid}
              checked={way.value === value}
              onChange={() => choose(value)}
            />
            <span>{text}</span>
          </label>
        ))}
        {own.canUndo && (
          <button
            type="button"
            class="button plain"
            data-testid={T.undo}
            onClick={() => {
              store.undo();
              announce(`Taken back. ${words(store.own.value.words)}.`);
            }}
          >
            Undo
          </button>
        )}
      </div>
    </fieldset>
  );
}
