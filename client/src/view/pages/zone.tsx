// The time zone decides which day words belong to, so it is never changed silently: a device elsewhere is a question.
import { useSignal } from "@preact/signals";

import * as api from "../../api";
import type { MeJson } from "../../protocol";
import { announce } from "../announce";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { problemText } from "../name";
import { me as who } from "../who";

const WEEK_MS = 7 * 86_400_000;
const WEEKS = 53;

export function placeName(zone: string): string {
  return zone.replaceAll("_", " ").split("/").slice(-1)[0] ?? zone;
}

/**
 * Whether clocks in both zones show the same from now on for a year. One zone has several names (Asia/Calcutta is
 * Asia/Kolkata), and between Berlin and Paris no day begins at another time: there is nothing to ask then.
 */
export function sameClock(one: string, other: string, now = Date.now()): boolean {
  if (one === other) return true;
  try {
    const [a, b] = [one, other].map((timeZone) => new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", timeZone }));
    return Array.from({ length: WEEKS }, (_, week) => now + week * WEEK_MS).every((at) => a!.format(at) === b!.format(at));
  } catch {
    return false; // a zone that this browser does not know
  }
}

export function ZoneQuestion({ me, device = api.deviceZone() }: { me: MeJson; device?: string }) {
  const asked = `${device} ${me.zone}`;
  const kept = useSignal(stored());
  const wrong = useSignal("");
  if (kept.value === asked || sameClock(device, me.zone)) return null;
  const keep = () => {
    kept.value = asked;
    store(asked);
  };
  const change = async () => {
    wrong.value = "";
    try {
      who.value = await api.changeMe({ zone: device });
      announce(`Your days are counted in ${placeName(device)} time from now on.`);
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
      <Refusal text={wrong.value} />
      <div class="row">
        <button type="button" class="button" onClick={keep} data-testid={T.zoneKeep}>
          Keep {placeName(me.zone)}
        </button>
        <button type="button" class="button" onClick={change} data-testid={T.zoneChange}>
          Count in {placeName(device)} time
        </button>
      </div>
    </section>
  );
}

const KEY = "wordtide.zone-kept";

/** The device's zone and the writer's, for which the writer's was kept: asked again once either is another. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(asked: string): void {
  try {
    localStorage.setItem(KEY, asked);
  } catch {
    // Asked again next time, then.
  }
}
