// The host's form: how long, and when. "20 minutes, in 1 minute", or by the clock: ":15 for 20".
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { minutesOf } from "../format";
import { Refusal } from "../refusal";
import * as T from "../testids";
import type { NewRound, Outcome } from "../../store";

const PRESETS = [15, 20, 25] as const;
const MOST_MINUTES = 1_440;
const QUARTER_MS = 900_000;
/** A clock start nearer than this is left out: nobody would get there. */
const TOO_NEAR_MS = 20_000;
const CLOCK_STARTS = 4;
const DELAYS: readonly [string, string][] = [
  ["0", "now"],
  ["60", "in 1 min"],
  ["120", "in 2 min"],
  ["300", "in 5 min"],
];

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

interface ClockStart {
  at: number;
  /** ":15" */
  face: string;
}

export function clockStarts(now: number): ClockStart[] {
  const first = Math.ceil((now + TOO_NEAR_MS) / QUARTER_MS) * QUARTER_MS;
  return Array.from({ length: CLOCK_STARTS }, (_, i) => {
    const at = first + i * QUARTER_MS;
    return { at, face: `:${String(new Date(at).getMinutes()).padStart(2, "0")}` };
  });
}

/** Minutes as people write them: 20, or 1.5, or 1,5. NaN where it is none. */
function parseMinutes(text: string): number {
  return /^\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : Number.NaN;
}

interface StartFormProps {
  start: (round: NewRound) => Promise<Outcome>;
  serverNow: () => number;
  minutes: number;
}

export function StartForm({ start, serverNow, minutes }: StartFormProps) {
  const preset = PRESETS.some((m) => m === minutes);
  const length = useSignal(preset ? String(minutes) : "other");
  const other = useSignal(preset ? "" : String(minutes));
  const when = useSignal("60");
  const wrong = useSignal("");
  const busy = useSignal(false);
  const clock = useSignal(clockStarts(serverNow()));
  useEffect(() => {
    const timer = setInterval(() => {
      const next = clockStarts(serverNow());
      if (next[0]?.at === clock.value[0]?.at) return;
      clock.value = next;
      if (when.value.startsWith("at:") && !next.some((c) => `at:${c.at}` === when.value)) when.value = "60";
    }, 5_000);
    return () => clearInterval(timer);
  }, []);

  const chosen = length.value === "other" ? parseMinutes(other.value) : Number(length.value);
  const at = when.value.startsWith("at:") ? Number(when.value.slice(3)) : null;
  const whenText = at !== null ? `at ${timeOfDay.format(at)}` : when.value === "0" ? "now" : `in ${minutesOf(Number(when.value) / 60)}`;

  const isLength = chosen > 0 && chosen <= MOST_MINUTES;

  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy.value) return;
    if (!isLength) {
      wrong.value = "How many minutes? A number up to 1,440, such as 30.";
      document.getElementById("other-minutes")?.focus();
      return;
    }
    wrong.value = "";
    busy.value = true;
    const durationS = Math.max(1, Math.round(chosen * 60));
    const outcome = await start(at === null ? { durationS, delayS: Number(when.value) } : { durationS, startsAt: at });
    busy.value = false;
    if (!outcome.ok) wrong.value = outcome.text;
  };

  return (
    <form class="stack" data-testid={T.startForm} onSubmit={submit} noValidate>
      <fieldset class="field">
        <legend>How long</legend>
        <div class="chips">
          {PRESETS.map((m) => (
            <label key={m} class="chip">
              <input
                type="radio"
                name="minutes"
                value={m}
                data-testid={T.startMinutes}
                checked={length.value === String(m)}
                onChange={() => (length.value = String(m))}
              />
              <span>{m} min</span>
            </label>
          ))}
          <label class="chip">
            <input
              type="radio"
              name="minutes"
              value="other"
              data-testid={T.startMinutes}
              checked={length.value === "other"}
              onChange={() => (length.value = "other")}
            />
            <span>Other</span>
          </label>
          {length.value === "other" && (
            <span class="field row">
              <input
                id="other-minutes"
                class="copyable short"
                inputMode="decimal"
                aria-label="Minutes"
                data-testid={T.startMinutesOther}
                value={other.value}
                onInput={(e) => (other.value = e.currentTarget.value)}
                aria-invalid={wrong.value && !isLength ? "true" : undefined}
                aria-describedby={wrong.value ? "start-wrong" : undefined}
              />
              <span class="quiet">minutes</span>
            </span>
          )}
        </div>
      </fieldset>
      <fieldset class="field">
        <legend>When</legend>
        <div class="chips">
          {DELAYS.map(([value, text]) => (
            <label key={value} class="chip">
              <input
                type="radio"
                name="when"
                value={value}
                data-testid={T.startWhen}
                checked={when.value === value}
                onChange={() => (when.value = value)}
              />
              <span>{text}</span>
            </label>
          ))}
          {clock.value.map((c) => (
            <label key={c.at} class="chip">
              <input
                type="radio"
                name="when"
                value={`at:${c.at}`}
                data-testid={T.startWhen}
                aria-label={`at ${timeOfDay.format(c.at)}`}
                checked={when.value === `at:${c.at}`}
                onChange={() => (when.value = `at:${c.at}`)}
              />
              <span>{c.face}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Refusal id="start-wrong" text={wrong.value} />
      <div>
        <button class="button first" type="submit" data-testid={T.startButton} aria-disabled={busy.value}>
          Start{isLength ? `: ${minutesOf(chosen)}, ${whenText}` : ""}
        </button>
      </div>
    </form>
  );
}
