// Settings: the name, what makes a day and when it begins, the streak, and how this device looks and sounds.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import * as api from "../../api";
import type { ChangeMeJson, MeJson } from "../../protocol";
import { announce } from "../announce";
import { weekdayName } from "../dates";
import { sound, type Theme, theme } from "../prefs";
import { Page } from "../house";
import { Refusal } from "../refusal";
import { Link } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { NameField, problemText } from "../name";
import { Nameless } from "../nameless";
import { me } from "../who";
import { changed, isDated, refused } from "./changes";
import { HandleField } from "./handle";
import { Rests } from "./rests";
import { ZoneQuestion } from "./zone";

const THEMES: readonly [Theme, string][] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

const ROLLOVERS = Array.from({ length: 13 }, (_, i) => `0${Math.floor(i / 2)}:${i % 2 ? "30" : "00"}`);

type Options = readonly (readonly [value: number, text: string])[];

const GRACE: Options = [
  [0, "None: every day counts"],
  [1, "1 missed day in any 7"],
  [2, "2 missed days in any 7"],
];

/** 0 is Monday. */
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];
const WEEK_STARTS: Options = WEEKDAYS.map((n) => [n, weekdayName(n, "long")]);
const WEEKLY: Options = WEEKDAYS.map((n) => [n + 1, n === 0 ? "1 day" : `${n + 1} days`]);

function zones(current: string): string[] {
  const known = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set([...known, "UTC", api.deviceZone(), current])].sort();
}

function Device() {
  return (
    <section class="stack" aria-labelledby="device-title">
      <h2 id="device-title">This device</h2>
      <fieldset class="field">
        <legend>Colours</legend>
        <div class="chips">
          {THEMES.map(([value, text]) => (
            <label key={value} class="chip">
              <input type="radio" name="theme" value={value} checked={theme.value === value} onChange={() => (theme.value = value)} />
              <span>{text}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label class="check">
        <input type="checkbox" checked={sound.value} onChange={(e) => (sound.value = e.currentTarget.checked)} />
        A soft bell when a round begins and ends
      </label>
    </section>
  );
}

interface ChoiceProps {
  /** The field's name, too. */
  id: string;
  label: string;
  options: Options;
  chosen: number;
  short?: boolean;
}

function Choice({ id, label, options, chosen, short = false }: ChoiceProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={id} class={short ? "short" : undefined}>
        {options.map(([n, text]) => (
          <option key={n} value={n} selected={n === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function StreakFields({ who }: { who: MeJson }) {
  return (
    <section class="stack" aria-labelledby="streak-set">
      <h2 id="streak-set">Streak</h2>
      <Choice id="grace" label="Grace" options={GRACE} chosen={who.grace} />
      <fieldset class="field" aria-describedby="off-hint">
        <legend>Days off, every week</legend>
        <div class="chips">
          {WEEKDAYS.map((n) => (
            <label key={n} class="chip">
              <input
                type="checkbox"
                name="off"
                value={n}
                defaultChecked={who.rest_weekdays.includes(n)}
                aria-label={weekdayName(n, "long")}
                data-testid={T.dayOff}
              />
              <span>{weekdayName(n)}</span>
            </label>
          ))}
        </div>
        <p class="hint" id="off-hint">
          Nothing is asked on them, and what you write still adds a day.
        </p>
      </fieldset>
      <Choice id="weekly" label="A week counts from" options={WEEKLY} chosen={who.weekly_days} short />
      <Choice id="week-start" label="A week begins on" options={WEEK_STARTS} chosen={who.week_start} short />
      <label class="check">
        <input type="checkbox" name="hidden" defaultChecked={who.streak_hidden} />
        Hide my streak
      </label>
    </section>
  );
}

/** It may be out of sight from the button that saves. */
function toField(form: HTMLFormElement, name: string): void {
  (form.elements.namedItem(name) as HTMLElement | null)?.focus();
}

export function SettingsForm({ who, save }: { who: MeJson; save: (change: ChangeMeJson) => Promise<MeJson> }) {
  const name = useRef<HTMLInputElement>(null);
  const byMinutes = useSignal(who.day_minutes !== null);
  const wrong = useSignal<[field: string, text: string] | null>(null);
  const said = useSignal("");
  const busy = useSignal(false);

  const submit = async (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    if (busy.value) return;
    const form = e.currentTarget;
    const change = changed(new FormData(form), who);
    wrong.value = refused(change);
    said.value = "";
    if (wrong.value) {
      toField(form, wrong.value[0]);
      return;
    }
    busy.value = true;
    try {
      await save(change);
      said.value = isDated(change) ? "Saved. What decides about days holds from tomorrow on." : "Saved.";
      announce(said.value);
    } catch (problem) {
      const field = problem instanceof api.ApiProblem ? problem.field : "";
      wrong.value = [field === "day_words" ? "words" : field === "day_minutes" ? "minutes" : field, problemText(problem)];
      toField(form, wrong.value[0]);
    } finally {
      busy.value = false;
    }
  };
  const at = (field: string) => (wrong.value?.[0] === field ? wrong.value[1] : "");
  const known = ["name", "handle", "words", "minutes"];

  return (
    <form class="settings" onSubmit={submit} noValidate>
      <section class="stack" aria-labelledby="you-title">
        <h2 id="you-title">You</h2>
        <NameField input={name} wrong={at("name")} value={who.name} />
        <HandleField value={who.handle} wrong={at("handle")} />
        <div class="field">
          <label for="zone">Time zone in which your days are counted</label>
          <select id="zone" name="zone" data-testid={T.zone}>
            {zones(who.zone).map((zone) => (
              <option key={zone} value={zone} selected={zone === who.zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="rollover">A new day begins at</label>
          <select id="rollover" name="rollover" class="short" data-testid={T.rollover} aria-describedby="rollover-hint">
            {[...new Set([...ROLLOVERS, who.rollover])].sort().map((t) => (
              <option key={t} value={t} selected={t === who.rollover}>
                {t}
              </option>
            ))}
          </select>
          <p class="hint" id="rollover-hint">
            What you write before then, late at night, belongs to the day before.
          </p>
        </div>
      </section>
      <section class="stack" aria-labelledby="day-title">
        <h2 id="day-title">What makes a day count</h2>
        <div class="field">
          <label for="words">Words, at least</label>
          <input
            id="words"
            name="words"
            class="short"
            inputMode="numeric"
            defaultValue={String(who.day_words)}
            aria-invalid={at("words") ? "true" : undefined}
            aria-describedby={at("words") ? "words-wrong" : undefined}
          />
          <Refusal id="words-wrong" text={at("words")} />
        </div>
        <label class="check">
          <input
            type="checkbox"
            name="by-minutes"
            checked={byMinutes.value}
            onChange={(e) => (byMinutes.value = e.currentTarget.checked)}
          />
          Minutes make it count too: revising is work
        </label>
        {byMinutes.value && (
          <div class="field">
            <label for="minutes">Minutes in sprints, at least</label>
            <input
              id="minutes"
              name="minutes"
              class="short"
              inputMode="numeric"
              defaultValue={String(who.day_minutes ?? 10)}
              aria-invalid={at("minutes") ? "true" : undefined}
              aria-describedby={at("minutes") ? "minutes-wrong" : undefined}
            />
            <Refusal id="minutes-wrong" text={at("minutes")} />
          </div>
        )}
      </section>
      <StreakFields who={who} />
      {wrong.value && !known.includes(wrong.value[0]) && <Refusal text={wrong.value[1]} />}
      <div class="row">
        <button class="button first" type="submit" data-testid={T.settingsSave} aria-disabled={busy.value}>
          Save
        </button>
        {said.value && <span data-testid={T.settingsSaved}>{said}</span>}
      </div>
    </form>
  );
}

export function Settings() {
  const who = me.value;
  const save = async (change: ChangeMeJson) => {
    const next = Object.keys(change).length ? await api.changeMe(change) : (me.peek() as MeJson);
    me.value = next;
    return next;
  };
  return (
    <Page title="Settings">
      <h1>Settings</h1>
      {who && <ZoneQuestion me={who} />}
      {who && <SettingsForm key={who.id} who={who} save={save} />}
      {who && <Rests key={`${who.zone} ${who.rollover}`} />}
      {who && (
        <section class="stack" aria-labelledby="account-title">
          <h2 id="account-title">Account</h2>
          <p>
            <Link to="/settings/account">Where you are signed in, and how to open this on another device</Link>
          </p>
        </section>
      )}
      {who && (
        <section class="stack" aria-labelledby="data-title">
          <h2 id="data-title">Your history elsewhere</h2>
          <p>
            <Link to="/history/data">Import, export and a calendar</Link>
          </p>
        </section>
      )}
      {who === null && <Nameless text="The other settings belong to a name. Give one, and they appear." />}
      {who === undefined && <Bones lines={6} label="Loading your settings" />}
      <Device />
    </Page>
  );
}
