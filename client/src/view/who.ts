// Who is writing in this browser.
import { signal } from "@preact/signals";

import * as api from "../api";
import type { MeJson } from "../protocol";

const RETRY_MS = 3_000;

/** Undefined: not known yet. Null: nobody gave a name here. */
export const me = signal<MeJson | null | undefined>(undefined);
/** The server was not reached when we asked. */
export const meAway = signal(false);

export async function loadMe(): Promise<void> {
  try {
    me.value = await api.me();
    meAway.value = false;
  } catch {
    meAway.value = true;
    setTimeout(loadMe, RETRY_MS);
  }
}
