// How the line is, in a sentence that takes no room when all is well.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { RoomStore } from "../../store";
import * as T from "../testids";

type State = "online" | "connecting" | "reconnecting" | "offline" | "delayed" | "closed";

const SAID: Record<State, string> = {
  online: "",
  connecting: "Connecting…",
  reconnecting: "Reconnecting. Your words are safe on this device.",
  offline: "You are offline. Your words are safe on this device. Sending them when the line is back.",
  delayed: "Others’ counts may be a little behind just now. Yours is safe.",
  closed: "",
};

function useOffline() {
  const offline = useSignal(!navigator.onLine);
  useEffect(() => {
    const look = () => (offline.value = !navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return offline;
}

export function LinkState({ store, word }: { store: RoomStore; word: string }) {
  const offline = useOffline();
  const link = store.link.value;
  const state: State =
    link === "closed"
      ? "closed"
      : link !== "online" && offline.value
        ? "offline"
        : link !== "online"
          ? link
          : store.delayed.value
            ? "delayed"
            : "online";
  return (
    <p class={`link-state ${state}`} role="status" data-testid={T.linkState} data-state={state}>
      <span>{word || SAID[state]}</span>
    </p>
  );
}
