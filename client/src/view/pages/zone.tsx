// The time zone decides which day words belong to, so it is never changed silently: a device elsewhere is a question.
import { useSignal } from "@preact/signals";

import * as api from "../../api";
import type { MeJson } from "../../protocol";
import * as T from "../testids";
import { problemText } from "../name";
import { me as who } from "../who";

export function placeName(zone: string): string {
  return zone.replaceAll("_", " ").split("/").slice(-1)[0] ?? zone;
}

/** One name for a zone that has several (Asia/Calcutta and Asia/Kolkata are one). */
function canonical(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}

export function ZoneQuestion({ me, device = api.deviceZone() }: { me: MeJson; device?: string }) {
  const settled = useSignal(sessionValue() === `${device} ${me.zone}`);
  const wrong = useSignal("");
  if (settled.value || canonical(device) === canonical(me.zone)) return null;
  const keep = () => {
    settled.value = true;
    keepValue(`${device} ${me.zone}`);
  };
  const change = async () => {
    try {
      who.value = await api.changeMe({ zone: device });
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  return (
    <section class="card stack" aria-label="Time zone" data-testid={T.zoneQuestion}>
      <p>
        This device is on {placeName(device)} time. Your days are counted in {placeName(me.zone)} time. Days that are
        written stay as they are either way.
      </p>
      {wrong.value && <p class="wrong">{wrong}</p>}
      <div class="row">
        <button type="button" class="button" onClick={keep}>
          Keep {placeName(me.zone)}
        </button>
        <button type="button" class="button" onClick={change}>
          Count in {placeName(device)} time
        </button>
      </div>
    </section>
  );
}

const KEY = "wordtide.zone-kept";

function sessionValue(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keepValue(value: string): void {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Asked again next time, then.
  }
}
