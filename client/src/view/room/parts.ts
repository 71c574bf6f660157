// What the parts of a room share: the store, and what the room itself keeps for them.
import type { ReadonlySignal, Signal } from "@preact/signals";

import type { NewRound, Outcome, RoomStore } from "../../store";
import type { LoadWriters } from "./everybody";
import type { LoadSprint } from "./results";
import type { Ripple } from "./tide";

export type Way = "here" | "total" | "new";

export interface Parts {
  store: RoomStore;
  /** The link to share. */
  url: string;
  /** What the host chose last, or what the last round was. */
  minutes: () => number;
  start: (round: NewRound) => Promise<Outcome>;
  /** A word in the status line that goes again by itself. */
  say: (text: string) => void;
  way: Signal<Way>;
  sheet: Signal<boolean>;
  ripples: Signal<readonly Ripple[]>;
  /** Whether the writer is typing just now. */
  calm: ReadonlySignal<boolean>;
  editor: { current: HTMLTextAreaElement | null };
  loadSprint: LoadSprint;
  loadWriters: LoadWriters;
  /** Becomes a writer; asks for a name first where there is none. */
  join: () => void;
  /** Opens the room anew after it was closed. */
  again: () => void;
}
